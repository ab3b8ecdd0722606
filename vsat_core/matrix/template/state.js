// What is shown: one part of the recordings, its rows that pass the filters, and the row chosen.
const DATA = JSON.parse($("data").textContent);
const STAGES = Object.keys(DATA.stages);
const RATES = ["cpWER", "WER", "DER"];
const view = {
  part: DATA.parts[0], rates: [], order: [], chosen: -1, sort: "seconds", down: false, page: 0, texts: [],
};

const optionOf = (row, i) => DATA.stages[STAGES[i]][row.options[i]];
const namesOf = (row) => row.options.map((_, i) => optionOf(row, i).name);
const recommended = () => view.part.rows[view.part.marks.recommended];
const called = (mark) => (mark === "anchor" ? DATA.anchor : mark);
const marksOf = (row) => row.marks.map(called);
const agreement = () => filesOf(view.part).every((f) => f.reference !== "references");
const recordings = (files) => (files.length === 1 ? files[0].name : plural(files.length, "recording"));
const filesOf = (part) => DATA.files.filter((f) => part.files.includes(f.name));
const composed = () => DATA.composition && DATA.composition.n ? DATA.composition : null;

function showPart(part) {
  view.part = part;
  view.rates = RATES.filter((r) => part.rows.some((row) => r in row));
  view.texts = part.rows.map((row) => [...namesOf(row), ...marksOf(row)].join(" ").toLowerCase());
  view.chosen = part.marks.recommended ?? part.marks.anchor ?? 0;
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

// The profile file written for a part: named for its environment, or the only one there is.
function profileOf(part) {
  const stem = (path) => path.split(/[\\/]/).pop().replace(/\.toml$/, "");
  const paths = DATA.profiles || [];
  const path = DATA.parts.length === 1 || part.name === "all" && paths.length === 1 ? paths[0]
    : paths.find((p) => stem(p).endsWith(`-${part.name}`));
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
