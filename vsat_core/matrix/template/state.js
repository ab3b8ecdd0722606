// What is shown: one subset of the recordings, its rows that pass the filters, and the row chosen.
const DATA = JSON.parse($("data").textContent);
const STAGES = Object.keys(DATA.stages);
const RATES = ["cpWER", "WER", "DER"];
const view = {
  subset: DATA.subsets[0],
  verdict: null,
  rates: [],
  order: [],
  chosen: -1,
  sort: "seconds",
  down: false,
  page: 0,
  texts: [],
};

const optionOf = (row, i) => DATA.stages[STAGES[i]][row.options[i]];
const namesOf = (row) => row.options.map((_, i) => optionOf(row, i).name);
const recommended = () => view.subset.rows[view.subset.marks.recommended];
const kept = () => view.verdict.kind === "keep";
const called = (mark) =>
  mark === "anchor" || (mark === "recommended" && kept())
    ? DATA.anchor
    : (mark === "recommended" && view.verdict.profile) || mark;
const marksOf = (row) => [...new Set(row.marks.map(called))];
const filesOf = (subset) => DATA.files.filter((f) => subset.files.includes(f.name));
const scored = (file) => file.reference === "references";
const agreement = () => !filesOf(view.subset).some(scored);
const recordings = (files) =>
  files.length === 1 ? files[0].name : plural(files.length, "recording");
const composed = () => (DATA.composition && DATA.composition.n ? DATA.composition : null);
const sameAs = (mark) =>
  view.subset.marks[mark] !== undefined &&
  view.subset.marks[mark] === view.subset.marks.recommended;

// Several kinds of recordings have a subset each, besides that of all.
const kinds = () => DATA.subsets.filter((subset) => subset.name !== "all");
const overview = () => view.subset.name === "all" && kinds().length > 0;

// The figure that errors are shown by: a rate that all rows have, or memory where none is.
const heightKey = () => view.rates[0] || "peak_mb";
const counted = (rate) => (agreement() ? DIFFERS : COUNTS)[rate];
const heightName = (key) =>
  key === "peak_mb"
    ? "peak memory, in MB"
    : agreement()
      ? `differences from what ${DATA.anchor} writes: % ${counted(key)} (${key})`
      : `errors: % ${counted(key)} (${key})`;

function showSubset(subset) {
  view.subset = subset;
  view.rates = RATES.filter((r) => subset.rows.some((row) => r in row));
  view.verdict = subset.verdict;
  view.chosen = subset.marks.recommended ?? subset.marks.anchor ?? 0;
  view.sort = "seconds";
  view.down = false;
  drawAnswer();
  drawPicture();
  refreshParts();
}

// Show a combination where its figures and its profile are, further down.
function choose(index) {
  view.chosen = index;
  if (!ready("combinations")) return;
  drawScatter();
  drawPage();
  drawPanel();
}

function valueOf(x) {
  // as TOML
  if (Array.isArray(x)) return `[${x.map(valueOf).join(", ")}]`;
  return typeof x === "string" ? JSON.stringify(x) : String(x);
}

function tomlOf(row) {
  return STAGES.map((stage, i) => {
    const option = optionOf(row, i);
    const params = Object.entries(option.params || {}).filter(([, value]) => value !== null);
    const lines = params.map(([key, value]) => `${key} = ${valueOf(value)}\n`);
    return `[stages.${stage}]\nuse = ${JSON.stringify(option.name)}\n${lines.join("")}`;
  }).join("\n");
}
