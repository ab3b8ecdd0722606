// Where the time goes: each stage of what is recommended, what each exchange saves, and what would
// do as well.
function drawSaved(box) {
  const mark = timed();
  put(
    box,
    mark === "recommended" ? exchanged() : h("p", {}, "Nothing is recommended."),
    mark ? [h("h3", {}, `Seconds of each stage of ${called(mark)}`), stageTimes(mark)] : null,
    ties(),
    contributions(),
  );
}

// Of which combination the times are shown: the profile started from where nothing is recommended.
const timed = () => ["recommended", "anchor"].find((mark) => mark in view.subset.stage_seconds);

function shortSaved() {
  const times = view.subset.stage_seconds[timed()];
  if (!times) return "";
  const most = times.indexOf(ends(times)[1]),
    total = times.reduce((sum, x) => sum + x, 0);
  return `${STAGES[most]} takes ${share(times[most] / total)} of the time of ${called(timed())}`;
}

// What differs from the profile started from.
function exchanged() {
  const { exchanges, tied } = view.verdict,
    over = `over ${long(view.subset.audio_s)} of sound`;
  if (kept()) {
    return [
      h("p", {}, `Nothing is exchanged: ${DATA.anchor} stays.`),
      tied.length
        ? [
            h(
              "p",
              {},
              `Composed, these looked faster ${over}, but end-to-end runs did not show it:`,
            ),
            exchangeTable("tied", tied),
          ]
        : null,
    ];
  }
  if (!exchanges.length) {
    return h(
      "p",
      {},
      `Not all variants of ${DATA.anchor} are in this matrix, so it is not known what each stage ` +
        `saves.`,
    );
  }
  return [
    h(
      "p",
      {},
      `It differs from ${DATA.anchor} in ${plural(exchanges.length, "stage")}. Each exchange by ` +
        `itself ` +
        `saves ${over}:`,
    ),
    exchangeTable("exchanges", exchanges),
  ];
}

// What each exchange saves, the most first.
function exchangeTable(id, exchanges) {
  const memory = exchanges.some((e) => e.saves_mb),
    numbers = memory ? [1, 2, 3] : [1, 2];
  return h(
    "div",
    { id },
    table(
      ["stage", "saves", "95 % interval", ...(memory ? ["memory"] : []), "use", "instead of"],
      [...exchanges]
        .sort((a, b) => b.saves_s - a.saves_s)
        .map((e) => [
          e.stage,
          seconds(e.saves_s),
          between(e.low_s, e.high_s, Math.abs(e.saves_s)),
          ...(memory ? [`${signed(e.saves_mb, 0)} MB`] : []),
          e.after,
          e.before,
        ]),
      numbers,
    ),
  );
}

// of the time: stages with less, here and in the profile started from, are one line together
const LITTLE = 0.01;

// A bar for each stage, the longest first, above that of the profile started from.
function stageTimes(mark) {
  const { stage_seconds: ofMark, rows, marks } = view.subset,
    times = ofMark[mark],
    row = rows[marks[mark]];
  const other = mark === "anchor" || sameAs("anchor") ? null : ofMark.anchor;
  const most = ends([...times, ...(other || [])])[1] || 1,
    sum = (of, stages) => stages.reduce((x, i) => x + of[i], 0);
  const all = STAGES.map((_, i) => i),
    large = (of) => (i) => of[i] >= LITTLE * sum(of, all);
  const order = all
    .filter((i) => large(times)(i) || (other && large(other)(i)))
    .sort((a, b) => times[b] - times[a]);
  const rest = all.filter((i) => !order.includes(i)),
    total = sum(times, all);
  const strip = (x, kind) =>
    Object.assign(h("i", { class: kind }), { style: `width: ${(100 * x) / most}%` });
  const line = (name, what, a, b) =>
    h(
      "div",
      { class: "line" },
      h("span", {}, name, h("small", {}, ` ${what}`)),
      h(
        "span",
        { class: other ? "track two" : "track", "aria-hidden": "true" },
        strip(a, "fill"),
        other && strip(b, "fill other"),
      ),
      h(
        "span",
        { class: "n" },
        `${seconds(a)} (${share(a / total)})`,
        other && h("small", {}, ` ${DATA.anchor} ${seconds(b)}`),
      ),
    );
  return [
    h(
      "div",
      { id: "stage-times" },
      order.map((i) => line(STAGES[i], optionOf(row, i).name, times[i], other && other[i])),
      rest.length
        ? line(
            plural(rest.length, "other stage"),
            "together",
            sum(times, rest),
            other && sum(other, rest),
          )
        : null,
    ),
    other && small(`Upper bar: ${called("recommended")}. Lower bar: ${DATA.anchor}.`),
  ];
}

// Variants that could take a place in it without a difference that measuring can tell.
function ties() {
  const same = Object.entries(view.subset.ties || {});
  return same.length
    ? [
        h("h3", {}, "What would do as well"),
        h(
          "div",
          { id: "ties" },
          h(
            "p",
            {},
            "In its place each of these writes the same, in the same time and memory as far as " +
              "measuring can tell.",
          ),
          list(same.map(([stage, names]) => `${stage}: ${names.join(", ")}`)),
        ),
      ]
    : null;
}

// Against the plainest variant of every stage.
function contributions() {
  const rows = [...view.subset.contributions].sort((a, b) => b.saves_s - a.saves_s);
  if (!rows.length) return null;
  const saved = rows.reduce((sum, r) => sum + r.saves_s, 0),
    most = Math.max(...rows.map((r) => Math.abs(r.saves_s)), 1e-9);
  return [
    h("h3", {}, "Against the plainest variants"),
    h(
      "div",
      { id: "contributions" },
      h(
        "p",
        {},
        "Each variant against the one that baseline has in its place: together " +
          `${seconds(Math.abs(saved))} ${saved >= 0 ? "saved" : "lost"}.`,
      ),
      table(
        ["stage", "variant", "instead of", "seconds", "baseline s", "saves s", ""],
        rows.map((r) => {
          const size = h("i", { class: r.saves_s >= 0 ? "gain" : "gain loss" });
          size.style.width = `${(100 * Math.abs(r.saves_s)) / most}%`;
          const numbers = [r.seconds, r.baseline_s, r.saves_s].map((x) => decimals(x, 4));
          return [r.stage, r.variant, r.baseline, ...numbers, h("span", { class: "gains" }, size)];
        }),
        [3, 4, 5],
      ),
    ),
  ];
}
