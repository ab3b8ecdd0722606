// What is shown: one subset of the recordings, its rows that pass the filters, and the row chosen.
const DATA = JSON.parse($("data").textContent);
const STAGES = Object.keys(DATA.stages);
const RATES = ["cpWER", "WER", "DER"];
const view = {
  subset: DATA.subsets[0], rates: [], order: [], chosen: -1, sort: "seconds", down: false, page: 0, texts: [],
};

const optionOf = (row, i) => DATA.stages[STAGES[i]][row.options[i]];
const namesOf = (row) => row.options.map((_, i) => optionOf(row, i).name);
const recommended = () => view.subset.rows[view.subset.marks.recommended];
const called = (mark) => (mark === "anchor" ? DATA.anchor : mark);
const marksOf = (row) => row.marks.map(called);
const agreement = () => filesOf(view.subset).every((f) => f.reference !== "references");
const recordings = (files) => (files.length === 1 ? files[0].name : plural(files.length, "recording"));
const filesOf = (subset) => DATA.files.filter((f) => subset.files.includes(f.name));
const composed = () => DATA.composition && DATA.composition.n ? DATA.composition : null;

function showSubset(subset) {
  view.subset = subset;
  view.rates = RATES.filter((r) => subset.rows.some((row) => r in row));
  view.texts = subset.rows.map((row) => [...namesOf(row), ...marksOf(row)].join(" ").toLowerCase());
  view.chosen = subset.marks.recommended ?? subset.marks.anchor ?? 0;
  view.sort = "seconds";
  view.down = false;
  drawAnswer();
  drawAxes();
  drawFilters();
  drawContributions();
  filterRows();
  drawPanel();
}

function choose(index) {
  view.chosen = index;
  drawScatter();
  drawPage();
  drawPanel();
}

// The profile file written for a subset: named for its environment, or the only one there is.
function profileOf(subset) {
  const stem = (path) => path.split(/[\\/]/).pop().replace(/\.toml$/, "");
  const paths = DATA.profiles || [];
  const path = DATA.subsets.length === 1 || subset.name === "all" && paths.length === 1 ? paths[0]
    : paths.find((p) => stem(p).endsWith(`-${subset.name}`));
  return path ? { path, name: stem(path) } : null;
}

function valueOf(x) { // as TOML
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
