// What is folded below the first screen: each part is drawn when it is opened, and has a short
// answer to read before.
const PARTS = {
  compared: {
    draw: drawCompared,
    short: () =>
      `${plural(DATA.counts.combinations, "combination")} on ` +
      `${recordings(filesOf(view.subset))} (${long(view.subset.audio_s)} of sound)`,
  },
  sure: { draw: drawSure, short: shortSure },
  saved: { draw: drawSaved, short: shortSaved },
  combinations: {
    draw: drawCombinations,
    short: () => `${integer(view.subset.rows.length)} listed, to search and filter`,
  },
  paths: { draw: drawPaths, short: () => "combinations as lines from stage to stage" },
  order: { draw: drawOrder, short: shortOrder },
  variants: {
    draw: drawVariants,
    short: () =>
      `${plural(Object.values(DATA.stages).flat().length, "variant")} of ` +
      `${plural(STAGES.length, "stage")}`,
  },
  checked: { draw: drawChecked, short: shortChecked },
  remarks: { draw: drawRemarks, short: shortRemarks },
  machine: { draw: drawMachine, short: () => DATA.machine.key },
};

const bodyOf = (id) => $(id).lastElementChild;
const ready = (id) => PARTS[id].drawn === true;

function drawPart(id) {
  if (!$(id).open || ready(id)) return;
  PARTS[id].drawn = true;
  PARTS[id].draw(bodyOf(id));
}

// After another subset was chosen, or the width changed.
function refreshParts() {
  for (const [id, part] of Object.entries(PARTS)) {
    part.drawn = false;
    const summary = $(id).querySelector("summary");
    summary.querySelector(".short")?.remove();
    summary.append(h("span", { class: "short" }, part.short()));
    drawPart(id);
  }
}

function openPart(id) {
  $(id).open = true;
  drawPart(id);
}

function listenToParts() {
  for (const id of Object.keys(PARTS))
    $(id).addEventListener("toggle", () => (drawPart(id), nameOpener()));
  $("open-all").addEventListener("click", () => {
    const open = !allOpen();
    for (const id of Object.keys(PARTS)) {
      $(id).open = open;
      drawPart(id);
    }
    nameOpener();
  });
}

const allOpen = () => Object.keys(PARTS).every((id) => $(id).open);
const nameOpener = () => ($("open-all").textContent = allOpen() ? "Close all" : "Open all");

// A link to a part opens it.
const link = (id, text) => h("a", { href: `#${id}`, onclick: () => openPart(id) }, text);
