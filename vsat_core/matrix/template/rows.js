// The table of combinations: sorted, filtered, a page at a time, so that 20,000 rows stay quick.
const PAGE = 50;

const columns = () => [
  { key: "seconds", name: "seconds", number: true, say: (r) => decimals(r.seconds, 3) },
  {
    key: "low",
    name: "95 % interval",
    number: true,
    say: (r) => span(r.low, r.high, (x) => decimals(x, 3)),
  },
  { key: "rtf", name: "real-time factor", number: true, say: (r) => decimals(r.rtf, 4) },
  { key: "peak_mb", name: "peak MB", number: true, say: (r) => integer(r.peak_mb) },
  ...view.rates.map((rate) => ({
    key: rate,
    name: `${rate} %`,
    number: true,
    say: (r) => (rate in r ? decimals(r[rate], 1) : ""),
  })),
  ...STAGES.map((stage, i) => ({
    key: stage,
    name: stage,
    say: (r) => optionOf(r, i).name,
    stage: i,
  })),
];

function drawCombinations() {
  const { rows } = view.subset;
  view.texts = rows.map((row) =>
    [...namesOf(row), ...row.marks, ...marksOf(row)].join(" ").toLowerCase(),
  );
  drawAxes();
  drawFilters();
  filterRows();
  drawPanel();
}

function drawFilters() {
  const used = STAGES.map((_, i) => new Set(view.subset.rows.map((r) => r.options[i])));
  put(
    $("filters"),
    STAGES.map((stage, i) =>
      h(
        "label",
        {},
        stage,
        h(
          "select",
          { "data-stage": i, onchange: filterRows },
          h("option", { value: "" }, `all ${used[i].size}`),
          DATA.stages[stage].map((option, k) =>
            used[i].has(k) ? h("option", { value: k }, option.name) : null,
          ),
        ),
      ),
    ),
  );
  $("find").value = "";
  $("marked").checked = false;
  const { combinations, held } = DATA.counts,
    here = view.subset.rows.length;
  put(
    $("listed"),
    `${integer(here)} of ${plural(combinations, "combination")} listed` +
      (here < combinations
        ? ": those marked, the fastest with each transcript, then the fastest."
        : ".") +
      (held < combinations
        ? " Besides those marked, none is listed that another one with the same transcript beats " +
          "or equals in both time and memory."
        : ""),
  );
}

function clearFilters() {
  drawFilters();
  filterRows();
}

// Every word looked for must be somewhere in the names and marks; every stage chosen must match.
function filterRows() {
  const words = $("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const set = [...$("filters").querySelectorAll("select")].filter((x) => x.value !== "");
  const wanted = set.map((x) => [Number(x.dataset.stage), Number(x.value)]);
  view.order = view.subset.rows.flatMap((row, i) =>
    wanted.every(([stage, k]) => row.options[stage] === k) &&
    words.every((w) => view.texts[i].includes(w)) &&
    (!$("marked").checked || row.marks.length)
      ? [i]
      : [],
  );
  $("shown").textContent = `${plural(view.order.length, "row")} shown`;
  sortRows();
  drawScatter();
}

function sortRows() {
  const rows = view.subset.rows,
    column = columns().find((c) => c.key === view.sort),
    sign = view.down ? -1 : 1;
  const value =
    column.stage === undefined
      ? (i) => rows[i][column.key] ?? Infinity
      : (i) => optionOf(rows[i], column.stage).name;
  const keys = new Map(view.order.map((i) => [i, value(i)]));
  view.order.sort((i, j) => {
    const a = keys.get(i),
      b = keys.get(j);
    return a < b ? -sign : a > b ? sign : i - j;
  });
  view.page = 0;
  drawPage();
}

function sortBy(key) {
  view.down = view.sort === key && !view.down;
  view.sort = key;
  sortRows();
  $("rows").querySelector(`th[data-key="${key}"] button`).focus();
}

function drawPage() {
  const shown = view.order.slice(PAGE * view.page, PAGE * (view.page + 1)),
    all = columns();
  const head = all.map((c) => {
    const [order, arrow] =
      c.key !== view.sort ? ["none", ""] : view.down ? ["descending", " ▼"] : ["ascending", " ▲"];
    return h(
      "th",
      { scope: "col", "data-key": c.key, class: c.number && "n", "aria-sort": order },
      h(
        "button",
        { type: "button", onclick: () => sortBy(c.key) },
        c.name,
        h("i", { "aria-hidden": "true" }, arrow),
      ),
    );
  });
  put(
    $("rows"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "mark"), head)),
    h(
      "tbody",
      {},
      shown.map((i) => bodyRow(view.subset.rows[i], i, all)),
    ),
  );
  drawPager();
}

function bodyRow(row, i, all) {
  const chosen = i === view.chosen;
  const pick = h(
    "button",
    { type: "button", class: "pick", "aria-pressed": String(chosen) },
    marksOf(row).join(", ") || "show",
  );
  return h(
    "tr",
    { "data-row": i, class: chosen && "chosen", onclick: () => pickRow(i) },
    h("td", {}, pick),
    all.map((c) => h("td", { class: c.number && "n" }, c.say(row))),
  );
}

// The page is drawn again, so the focus is put back; the panel may be out of sight above.
function pickRow(i) {
  const had = $("rows").contains(document.activeElement);
  choose(i);
  if (had) $("rows").querySelector("tr.chosen .pick").focus({ preventScroll: true });
  $("panel").scrollIntoView({ block: "nearest" });
}

function drawPager() {
  const last = Math.max(0, Math.ceil(view.order.length / PAGE) - 1);
  const show = (to, name) => {
    view.page = to;
    drawPage();
    [...$("pager").querySelectorAll("button:enabled")].find((b) => b.textContent === name)?.focus();
  };
  const go = (to, name) =>
    h(
      "button",
      {
        type: "button",
        disabled: to < 0 || to > last || to === view.page,
        onclick: () => show(to, name),
      },
      name,
    );
  put(
    $("pager"),
    go(0, "First"),
    go(view.page - 1, "Previous"),
    h("span", {}, `page ${integer(view.page + 1)} of ${integer(last + 1)}`),
    go(view.page + 1, "Next"),
    go(last, "Last"),
  );
}
