// The recordings of the library, the latest first.
import { get } from "/static/shared/api.js";
import { $, h, put } from "/static/shared/dom.js";
import { clock, counted, spoken } from "/static/shared/format.js";
import { failed } from "/static/shared/notices.js";
import { languageName } from "./choices.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const HEADS = ["Recording", "Length", "Speakers", "Language", "State"];
let loading = false;
let again = false;

const state = (one) =>
  [
    one.recorded_at ? day.format(new Date(one.recorded_at * 1000)) : "",
    one.state === "corrected" ? "corrected" : "",
  ]
    .filter(Boolean)
    .join(", ");

function row(one) {
  const link = h("a", { href: `/t/${encodeURIComponent(one.id)}` }, one.name);
  const moved = one.has_sound
    ? null
    : h("div", { class: "warning" }, "the sound file is not where it was");
  return h(
    "tr",
    {},
    h("td", {}, link, moved),
    h(
      "td",
      { class: "right" },
      h("span", { "aria-hidden": "true" }, clock(one.seconds)),
      h("span", { class: "unseen" }, spoken(one.seconds)),
    ),
    h("td", {}, counted(one.n_speakers, "speaker")),
    h("td", {}, one.language ? languageName(one.language) : "unknown"),
    h("td", {}, state(one)),
  );
}

/** Read the list and show it; calls while it is being read are one more reading. */
export async function loadRecordings() {
  if (loading) {
    again = true;
    return;
  }
  loading = true;
  try {
    const found = await get("/api/recordings");
    $("count").textContent = found.length ? counted(found.length, "recording") : "";
    const head = h(
      "thead",
      {},
      h(
        "tr",
        {},
        HEADS.map((name, i) => h("th", { scope: "col", class: i === 1 ? "right" : null }, name)),
      ),
    );
    const table = h("table", {}, head, h("tbody", {}, found.map(row)));
    const nothing = h(
      "p",
      { class: "nothing" },
      "There is nothing here yet. Drop a recording above; its transcript will be listed here.",
    );
    put($("recordings"), found.length ? table : nothing);
  } catch (error) {
    failed(error);
  }
  loading = false;
  if (again) {
    again = false;
    loadRecordings();
  }
}
