// The transcript page: makes the parts and joins them.
import { get } from "../shared/api.js";
import { $, h, put, swatch } from "../shared/dom.js";
import { counted } from "../shared/format.js";
import { Acts } from "./acts.js";
import { commandsOf } from "./commands.js";
import { Corrections } from "./corrections.js";
import { Cursor } from "./cursor.js";
import { Follow } from "./follow.js";
import { drawing } from "./icons.js";
import { listen, showKeys } from "./keys.js";
import { Transcript } from "./model.js";
import { pointing } from "./mouse.js";
import { Count } from "./panels/count.js";
import { Find } from "./panels/find.js";
import { Notes } from "./panels/notes.js";
import { Panels } from "./panels/panels.js";
import { Review } from "./panels/review.js";
import { Speakers } from "./panels/speakers.js";
import { Player } from "./player.js";
import { Saver } from "./saver.js";
import { soundFailed } from "./missing_sound.js";
import { reports } from "./saving.js";
import { TextView } from "./text_view.js";
import { toolbar } from "./toolbar.js";
import { transport } from "./transport.js";
import { handle } from "./wave/hand.js";
import { Overview } from "./wave/overview.js";
import { Peaks } from "./wave/peaks.js";
import { Timeline } from "./wave/timeline.js";
import { WordBar } from "./word_bar.js";
import { WordEditor } from "./word_editor.js";

const TABS = [
  { name: "review", label: "Review", key: "Alt+R" },
  { name: "speakers", label: "Speakers", key: "Alt+S" },
  { name: "notes", label: "Notes", key: "Alt+O" },
  { name: "find", label: "Find", key: "Ctrl+F" },
];
const NAMED_PX = 12; // lanes at least this high have names
const id = decodeURIComponent(location.pathname.split("/").filter(Boolean).at(-1) ?? "");
const address = `/api/recordings/${encodeURIComponent(id)}`;

/** The parts that need no sound: text, cursor, corrections. */
function reading(page) {
  const { model } = page;
  page.view = new TextView(model, $("text"), $("sheet"));
  page.cursor = new Cursor(model, page.view);
  page.saver = new Saver(model, address);
  page.corrections = new Corrections(model, page.saver);
  page.editor = new WordEditor(model, page.view, page.cursor, page.corrections);
  page.text = $("text");
}

/** Player, timeline and what follows the sound. */
function hearing(page, waveform, turns) {
  const { model } = page;
  page.peaks = new Peaks(`${address}/waveform`, `${address}/sound.wav`, waveform);
  const frame = $("timeline");
  const parts = {
    frame,
    track: frame.querySelector(".track"),
    playhead: frame.querySelector(".playhead"),
  };
  page.timeline = new Timeline({ ...page, address, turns, parts });
  handle(page.timeline, page.player);
  const strip = $("strip");
  const [canvas, window_, pins, here] = ["canvas", ".window", ".pins", ".here"].map((name) =>
    strip.querySelector(name),
  );
  page.overview = new Overview({ ...page, parts: { strip, canvas, window: window_, pins, here } });
  page.follow = new Follow({ ...page, button: $("follow") });
  transport($("transport"), { ...page, slider: frame });
  laneNames(page);
  model.addEventListener("change", ({ detail }) => detail.speakers && laneNames(page));
  page.timeline.addEventListener("scene", () => laneNames(page));
  page.player.addEventListener("failed", () => soundFailed(page, address));
}

function laneNames({ model, timeline }) {
  const { sizes } = timeline.tiles.scene;
  const names = $("lane-names");
  const name = (speaker) =>
    h(
      "li",
      { title: speaker.name },
      swatch(speaker.colour_index),
      h("span", { dir: "auto" }, speaker.name),
    );
  const tight = sizes.lane < NAMED_PX;
  names.classList.toggle("tight", tight);
  put(
    names,
    tight ? h("li", {}, counted(model.speakers.length, "speaker")) : model.speakers.map(name),
  );
  for (const item of tight ? [] : names.children) item.style.height = `${sizes.lane}px`;
}

/** The panels beside the text. */
function helping(page) {
  page.acts = new Acts(page);
  page.panels = new Panels($("tabs"), $("tab-panels"), TABS);
  const { bodies } = page.panels;
  page.notes = new Notes(bodies.notes, page);
  page.count = new Count({ ...page, address });
  page.speakers = new Speakers(bodies.speakers, page);
  page.find = new Find(bodies.find, page);
  page.review = new Review(bodies.review, page);
  page.wordBar = new WordBar($("word-bar"), page);
}

/** Keys, mouse and the buttons at the top. */
function acting(page) {
  page.commands = commandsOf({
    ...page,
    help: () => page.help(),
    exporting: () => page.exporting(),
  });
  page.help = () => showKeys(page.commands.filter((one) => !one.quiet));
  toolbar($("tools"), page, address);
  listen(page.commands, page.text, () => page.acts.type());
  pointing(page);
  const said = $("said");
  page.cursor.addEventListener("move", ({ detail: { word, byUser } }) => {
    if (byUser) said.textContent = `${word.text}, ${page.model.speakerOf(word).name}`;
  });
}

/** Go to the second after #t= or ?at=, now and when the address changes. */
function openAt(page) {
  const wanted =
    /[#&]t=([\d.]+)/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get("at");
  const seconds = Number(wanted ?? NaN);
  if (!Number.isFinite(seconds)) return;
  const word = page.model.wordAt(seconds + 1e-4);
  page.player.seek(seconds);
  page.timeline.reveal(seconds);
  if (word) (page.cursor.to(word, { reveal: false }), page.view.reveal(word.index, 0.3, true));
}

async function begin() {
  const [about, transcript, waveform, turns] = await Promise.all([
    get(address),
    get(`${address}/transcript`),
    get(`${address}/waveform`),
    get(`${address}/turns`),
  ]);
  const page = (window.vsatPage = { id, about, model: new Transcript(transcript) });
  document.title = `${about.name} - VSAT`;
  $("title").textContent = about.name;
  reading(page);
  page.player = new Player(`${address}/sound.wav`, transcript.seconds);
  hearing(page, waveform, turns);
  helping(page);
  acting(page);
  reports(page, $("saved"));
  page.panels.open("review", false);
  if (matchMedia("(max-width: 60rem)").matches) page.panels.shut(true);
  if (!transcript.words.id.length)
    $("sheet").append(h("p", { class: "empty" }, "No speech was found in this recording."));
  openAt(page);
  addEventListener("hashchange", () => openAt(page));
  performance.mark("vsat-ready");
  if (new URLSearchParams(location.search).has("bench")) (await import("./bench.js")).bench(page);
}

put(document.querySelector(".back"), drawing("back"));
begin().catch((error) => {
  $("title").textContent = "Not open";
  put(
    $("sheet"),
    h("p", { class: "empty" }, [error.message, error.remedy].filter(Boolean).join(". ")),
  );
  throw error;
});
