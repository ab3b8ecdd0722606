// End-to-end runs next to what was composed for them.
function drawChecked(box) {
  const runs = DATA.validation,
    good = runs.filter((w) => !w.failure);
  if (!runs.length) return void put(box, h("p", {}, "No combination was run end to end."));
  const plots = ["times", "memories"].map((id) => h("div", { id, class: "plot" }));
  const columns = [
    "combination",
    "recording",
    "composed s",
    "stages s",
    "measured s",
    "error",
    "composed MB",
    "measured MB",
    "error",
    "same answer",
  ];
  put(
    box,
    errors(),
    fronts(),
    good.length
      ? [
          h("div", { class: "beside even" }, plots),
          small("On the line, composed and measured are equal; above it too much was composed."),
        ]
      : null,
    table(columns, runs.map(cells), [2, 3, 4, 5, 6, 7, 8]),
  );
  drawPairs();
}

function shortChecked() {
  return composed() ? `off by ${share(composed().time_median)} at the median` : "not checked";
}

function errors() {
  const c = composed();
  return (
    c &&
    h(
      "p",
      {},
      `Over ${plural(c.n, "combination")}, composed time was off by ${share(c.time_median)} at ` +
        `the median and ${share(c.time_p90)} at the 90th percentile, memory by ` +
        `${share(c.memory_median)} at the ` +
        `median and ${share(c.memory_max)} at most; ${integer(c.same_answers)} of ` +
        `${integer(c.n)} gave the same answer.` +
        (c.failed ? ` ${plural(c.failed, "end-to-end run")} failed.` : "") +
        drifted(c),
    )
  );
}

// Stages re-timed interleaved with the runs separate the error of composing from the drift of the
// machine.
const drifted = (c) =>
  (c.interleaved
    ? " Their stages were re-timed interleaved with the runs (stages s); the error is that of " +
      "stages against run, the median of the rounds. The same stages had been off from " +
      `what was composed by ${share(c.drift_median)} at the median: the machine drifts, and ` +
      `inputs taken for the same ` +
      "work differ."
    : "") +
  (c.repeat_median
    ? ` Calls of one and the same combination, one after the other, differ by ` +
      `${share(c.repeat_median)} ` +
      `at the median and ${share(c.repeat_p90)} at the 90th percentile: smaller errors cannot be ` +
      `measured.`
    : "");

function fronts() {
  const full = DATA.full;
  if (!full || !full.combinations) return null;
  const [both, ties, apart] = [full.both, full.ties, full.apart].map((names) =>
    integer(names.length),
  );
  return h(
    "p",
    {},
    `All ${integer(full.combinations)} were run end to end. Of the fronts of time and memory, ` +
      `composed and ` +
      `measured, ${both} are on both, ${ties} on one only where the composed one is as good as ` +
      `the measured but for ` +
      `${share(full.near)} of the time, ${apart} on one only.` +
      (full.ties.length ? ` Ties: ${full.ties.join("; ")}.` : "") +
      (full.apart.length ? ` Apart: ${full.apart.join("; ")}.` : ""),
  );
}

function cells(w) {
  const first = [w.name, w.file, decimals(w.composed_s, 3)];
  if (w.failure) return [...first, "", "", "", integer(w.composed_mb), "", "", w.failure];
  return [
    ...first,
    w.stages_s ? decimals(w.stages_s, 3) : "",
    decimals(w.measured_s, 3),
    off(w.time_error),
    integer(w.composed_mb),
    integer(w.measured_mb),
    off(w.memory_error),
    w.same_answer ? "yes" : h("b", {}, "NO"),
  ];
}

const off = (x) => (x === null ? "" : `${signed(100 * x)} %`);

function drawPairs() {
  const good = DATA.validation.filter((w) => !w.failure);
  if (!good.length) return;
  pairs($("times"), good, "measured_s", "composed_s", "seconds");
  pairs($("memories"), good, "measured_mb", "composed_mb", "MB");
}

function pairs(box, runs, across_key, up_key, unit) {
  const size = frame(box, 260),
    values = runs.flatMap((w) => [w[across_key], w[up_key]]);
  const x = scale(values, size.left, size.width - size.right, true);
  const y = scale(values, size.height - size.below, size.above, true),
    [low, high] = ends(values);
  const label = `composed against measured ${unit}`;
  put(
    box,
    s(
      "svg",
      { width: size.width, height: size.height, role: "img", "aria-label": label },
      axes(size, x, y, [`measured ${unit}`, `composed ${unit}`]),
      s("line", { class: "equal", x1: x(low), y1: y(low), x2: x(high), y2: y(high) }),
      runs.map((w) =>
        s(
          "circle",
          { class: "dot", cx: x(w[across_key]), cy: y(w[up_key]), r: 5, fill: colour(0) },
          s(
            "title",
            {},
            `${w.name}: composed ${digits(w[up_key])}, measured ${digits(w[across_key])} ${unit}`,
          ),
        ),
      ),
    ),
  );
}
