// The queue: what is sent, waits, runs, or ended badly. Jobs that are done are among the
// recordings.
import { get, post } from "/static/shared/api.js";
import { $, h } from "/static/shared/dom.js";
import { lasting } from "/static/shared/format.js";
import { failed } from "/static/shared/notices.js";

const SHOWN = 12; // jobs that failed or were cancelled, the latest ones
const DOING = {
  decode: "reading the sound",
  enhance: "measuring the sound",
  draw: "drawing the waveform",
  detect: "finding speech",
  features: "analysing voices",
  embed: "comparing voices",
  cluster: "telling speakers apart",
  cut: "cutting at pauses",
  transcribe: "recognising words",
  align: "placing words in time",
  attribute: "giving words to speakers",
  index: "indexing words",
  write: "writing files",
};
const rows = new Map();
const hidden = new Set();

function row(name) {
  const parts = {
    name: h("span", { class: "name" }, name),
    state: h("span", { class: "state" }),
    bar: h("progress", { max: 1, "aria-label": `Progress of ${name}` }),
    button: h("button", { type: "button" }, "Cancel"),
  };
  return { ...parts, node: h("li", {}, parts.name, parts.button, parts.state, parts.bar) };
}

/** What is written under the name. */
function told(job) {
  if (job.state === "waiting") return "waiting";
  if (job.state === "running") {
    const left =
      job.seconds_left === null ? "" : ` · ${lasting(Math.max(1, job.seconds_left))} left`;
    const doing = DOING[job.stage] ?? (job.stage || "starting");
    return `${Math.floor(job.share * 100)} % · ${doing}${left}`;
  }
  return job.state === "failed" ? job.error : job.state;
}

/** A file on its way to the server. */
export function showSending(name, cancel) {
  const made = row(name);
  made.state.textContent = "waiting to be sent";
  made.bar.value = 0;
  made.button.addEventListener("click", cancel);
  made.sent = (share) => {
    made.state.textContent = `sending · ${Math.floor(share * 100)} %`;
    made.bar.value = share;
  };
  $("jobs").append(made.node);
  return made;
}

export const stopShowing = (made) => made.node.remove();

/** A job as it is now; `sent` is the row of its file, which it takes the place of. */
export function showJob(job, sent = null) {
  const known = rows.get(job.id);
  if (job.state === "done" || hidden.has(job.id)) {
    known?.node.remove();
    sent?.node.remove();
    rows.delete(job.id);
    return;
  }
  const made = known ?? start(job, sent);
  if (known && sent) sent.node.remove();
  const over = job.state === "failed" || job.state === "cancelled";
  made.node.className = job.state;
  made.state.textContent = told(job);
  made.bar.hidden = over;
  if (job.state === "running") made.bar.value = job.share;
  else made.bar.value = 0;
  made.button.textContent = over ? "Close" : "Cancel";
  made.over = over;
}

function start(job, sent) {
  const made = row(job.name);
  made.button.addEventListener("click", () => press(job, made));
  if (sent) sent.node.replaceWith(made.node);
  else $("jobs").append(made.node);
  rows.set(job.id, made);
  return made;
}

async function press(job, made) {
  if (made.over) {
    hidden.add(job.id);
    made.node.remove();
    rows.delete(job.id);
    return;
  }
  made.button.disabled = true;
  try {
    showJob(await post(`/api/jobs/${job.id}`, {}, "DELETE"));
  } catch (error) {
    failed(error);
  }
  made.button.disabled = false;
}

export async function loadJobs() {
  try {
    const jobs = await get("/api/jobs");
    const over = jobs.filter((job) => job.state === "failed" || job.state === "cancelled");
    const old = new Set(over.slice(0, -SHOWN).map((job) => job.id));
    for (const job of jobs) if (!old.has(job.id) && job.state !== "done") showJob(job);
    for (const job of jobs) if (job.state === "done") showJob(job);
  } catch (error) {
    failed(error);
  }
}
