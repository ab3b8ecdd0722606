"use strict";
// The transcript stands in the page; this adds the player, the search and the choice of speakers.
const $ = (id) => document.getElementById(id);
const main = document.querySelector("main"),
  sections = [...main.querySelectorAll("section")];

// ---- sound: a file beside the page, one inside it, or one that the reader chooses
const audio = $("sound"),
  inside = $("inside"),
  missing = $("missing");
let words, starts, now;

function soundInside() {
  // characters, of which 4 hold 3 bytes
  const text = inside.textContent.trim(),
    parts = [],
    step = 1 << 20;
  for (let i = 0; i < text.length; i += step) {
    parts.push(Uint8Array.from(atob(text.slice(i, i + step)), (c) => c.charCodeAt(0)));
  }
  inside.remove();
  return URL.createObjectURL(new Blob(parts, { type: "audio/mpeg" }));
}

function seek(seconds, play) {
  if (!audio) return;
  audio.currentTime = seconds;
  if (play) audio.play().catch(() => {});
}

// The last word that begins at or before a time.
function wordAt(seconds) {
  if (!words) {
    words = [...main.querySelectorAll("span[data-t]")];
    let latest = 0;
    starts = words.map((w) => (latest = Math.max(latest, +w.dataset.t / 1000)));
  }
  let low = 0,
    high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds + 0.01) low = middle + 1;
    else high = middle;
  }
  return words[low - 1];
}

function follow() {
  const word = wordAt(audio.currentTime);
  if (word === now) return;
  if (now) now.classList.remove("now");
  now = word;
  if (!now) return;
  now.classList.add("now");
  if ($("follow").checked && !audio.paused) intoView(now);
}

// Only where it is out of sight, so that the text does not move while it is read.
function intoView(element) {
  const box = element.getBoundingClientRect(),
    top = document.querySelector(".bar").offsetHeight;
  if (box.top < top || box.bottom > innerHeight - 40) element.scrollIntoView({ block: "center" });
}

if (audio) {
  main.classList.add("plays");
  audio.addEventListener("error", () => {
    missing.hidden = false;
    audio.hidden = true;
  });
  audio.addEventListener("loadedmetadata", () => {
    missing.hidden = true;
    audio.hidden = false;
  });
  const frame = () => {
    follow();
    if (!audio.paused) requestAnimationFrame(frame);
  };
  audio.addEventListener("play", frame);
  audio.addEventListener("seeked", follow);
  $("speed").addEventListener("change", (e) => {
    audio.playbackRate = +e.target.value;
  });
  $("choose").addEventListener("change", (e) => {
    if (e.target.files.length) audio.src = URL.createObjectURL(e.target.files[0]);
  });
  audio.src = inside ? soundInside() : audio.dataset.src;
  main.addEventListener("click", (e) => {
    const at = e.target.closest("[data-t]");
    if (at && getSelection().isCollapsed) seek(+at.dataset.t / 1000, true);
  });
}

// ---- search: without regard to case and accents, in all that is shown
const find = $("find"),
  folded = new Map();
let hits = [],
  here = -1,
  timer;

// The text of a paragraph as it is compared, and where each of its characters stands in the text.
function fold(text) {
  let out = "";
  const at = [];
  for (let i = 0; i < text.length;) {
    const sign = String.fromCodePoint(text.codePointAt(i));
    const plain = sign
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase();
    for (let k = 0; k < plain.length; k++) at.push(i);
    out += plain;
    i += sign.length;
  }
  at.push(text.length);
  return { out, at };
}

function foldedOf(section) {
  if (!folded.has(section)) folded.set(section, fold(section.querySelector("p").textContent));
  return folded.get(section);
}

function search() {
  const wanted = fold(find.value.trim().replace(/\s+/g, " ")).out;
  hits = [];
  here = -1;
  if (wanted) {
    for (const section of sections) {
      if (section.hidden) continue;
      const { out, at } = foldedOf(section);
      for (let i = out.indexOf(wanted); i >= 0; i = out.indexOf(wanted, i + wanted.length)) {
        hits.push({ section, from: at[i], to: Math.max(at[i + wanted.length], at[i] + 1) });
      }
    }
  }
  show("hit", hits.slice(0, 2000));
  if (hits.length) go(1);
  else mark();
}

// The place in the nodes of a paragraph of a part of its text.
function rangeOf({ section, from, to }) {
  const walker = document.createTreeWalker(section.querySelector("p"), NodeFilter.SHOW_TEXT),
    range = new Range();
  let before = 0,
    begun = false;
  while (walker.nextNode()) {
    const node = walker.currentNode,
      after = before + node.length;
    if (!begun && from < after) {
      range.setStart(node, from - before);
      begun = true;
    }
    if (to <= after) {
      range.setEnd(node, to - before);
      break;
    }
    before = after;
  }
  return range;
}

function show(name, some) {
  if (window.CSS && CSS.highlights) CSS.highlights.set(name, new Highlight(...some.map(rangeOf)));
}

function mark() {
  $("count").textContent = !find.value.trim()
    ? ""
    : hits.length
      ? `${here + 1} of ${hits.length}`
      : "not found";
  $("next").disabled = $("previous").disabled = !hits.length;
  main.querySelectorAll(".found").forEach((s) => s.classList.remove("found"));
  if (here < 0) return show("here", []);
  show("here", [hits[here]]);
  if (!window.CSS || !CSS.highlights) hits[here].section.classList.add("found");
}

function go(step) {
  if (!hits.length) return;
  here = (here + step + hits.length) % hits.length;
  mark();
  // laid out now, so that the words have places
  hits[here].section.scrollIntoView({ block: "nearest" });
  intoView(rangeOf(hits[here]).startContainer.parentElement);
}

find.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 120);
});
find.addEventListener("keydown", (e) => {
  if (e.key === "Enter") {
    e.preventDefault();
    go(e.shiftKey ? -1 : 1);
  }
  if (e.key === "Escape") {
    find.value = "";
    search();
  }
});
$("next").addEventListener("click", () => go(1));
$("previous").addEventListener("click", () => go(-1));

// ---- speakers: press one to leave out what he or she says
document.querySelectorAll(".speaker").forEach((button) =>
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", shown);
    sections.forEach((s) => {
      if (s.dataset.s === button.dataset.s) s.hidden = !shown;
    });
    search();
  }),
);

// ---- keys, and addresses such as #t=12.5
addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, button, audio"))
    return;
  const jump = { ArrowLeft: -5, ArrowRight: 5 }[e.key];
  if (e.key === "/") {
    e.preventDefault();
    find.focus();
  }
  if (audio && jump) {
    e.preventDefault();
    seek(Math.max(0, audio.currentTime + jump));
  }
  if (audio && e.key === " ") {
    e.preventDefault();
    if (audio.paused) audio.play().catch(() => {});
    else audio.pause();
  }
});
function toAddress() {
  const match = /^#t=([\d.]+)$/.exec(location.hash),
    word = match && wordAt(+match[1]);
  if (!word) return;
  word.scrollIntoView({ block: "center" });
  seek(+match[1], false);
}
addEventListener("hashchange", toAddress);
toAddress();
