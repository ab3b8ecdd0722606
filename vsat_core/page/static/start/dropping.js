// Recordings from the user: dropped, or chosen in a dialog. They are sent one after the other.
import { Refused } from "/static/shared/api.js";
import { $ } from "/static/shared/dom.js";
import { failed, notice } from "/static/shared/notices.js";
import { counted } from "/static/shared/format.js";
import { chosen } from "./choices.js";
import { showJob, showSending, stopShowing } from "./jobs.js";

const SOUND = /^(audio|video)\//;
const NO_SOUND = new RegExp(
  "\\.(txt|json|srt|vtt|rttm|ctm|stm|docx?|pdf|md|html?|png|jpe?g|gif|zip|csv|xlsx?|" +
    "toml|ini|db|log)$",
  "i",
);
const waiting = [];
let sending = null;

/** The files of what was dropped, those of folders with their place in them. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, name: file.name }));
  const found = [];
  for (const entry of entries) await walk(entry, found, !entry.isDirectory);
  return found;
}

async function walk(entry, found, named) {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    const file = await new Promise((done, fail) => entry.file(done, fail));
    if (named || isSound(file)) found.push({ file, name: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return;
    for (const one of some) await walk(one, found, false);
  }
}

/** Of a folder only what may be sound is sent; the server looks at the content. */
const isSound = (file) => SOUND.test(file.type) || (!file.type && !NO_SOUND.test(file.name));

function add(files) {
  if (!files.length) notice("There is no recording among these files.");
  for (const each of files) {
    const item = { ...each, query: chosen(), request: null };
    item.row = showSending(item.name, () => drop(item));
    waiting.push(item);
  }
  if (files.length > 1) notice(`${counted(files.length, "file")} chosen.`);
  next();
}

function drop(item) {
  const at = waiting.indexOf(item);
  if (at >= 0) waiting.splice(at, 1);
  item.request?.abort();
  stopShowing(item.row);
}

async function next() {
  if (sending || !waiting.length) return;
  sending = waiting.shift();
  try {
    showJob(await send(sending), sending.row);
  } catch (error) {
    stopShowing(sending.row);
    if (error.status !== "aborted") failed(error);
  }
  sending = null;
  next();
}

/** fetch tells nothing of how much has been sent; this does. */
function send(item) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    item.request = request;
    const query = new URLSearchParams({ name: item.name, ...item.query });
    request.open("POST", `/api/uploads?${query}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => item.row.sent(event.loaded / Math.max(1, event.total));
    request.onload = () =>
      request.status < 300
        ? done(request.response)
        : fail(new Refused(request.status, request.response));
    request.onerror = () => fail(new Refused(0, null));
    request.onabort = () => fail(new Refused("aborted", null));
    request.send(item.file);
  });
}

export function startDropping() {
  const zone = $("drop");
  let depth = 0;
  const over = (inside) => zone.classList.toggle("over", inside);
  document.addEventListener(
    "dragenter",
    (event) => (event.preventDefault(), (depth += 1), over(true)),
  );
  document.addEventListener("dragleave", () => ((depth -= 1), depth || over(false)));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    add(await filesOf(event.dataTransfer));
  });
  for (const [button, input] of [
    ["files", "file-input"],
    ["folder", "folder-input"],
  ]) {
    $(button).addEventListener("click", () => $(input).click());
    $(input).addEventListener("change", (event) => {
      const files = [...event.target.files].map((file) => ({
        file,
        name: file.webkitRelativePath || file.name,
      }));
      add(input === "folder-input" ? files.filter(({ file }) => isSound(file)) : files);
      event.target.value = "";
    });
  }
}
