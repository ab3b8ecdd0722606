// All listed combinations that pass the filters: time across, memory or an error rate up, colour
// for errors.
let drawn = []; // what the pointer can find: {index, x, y, count}

function drawAxes() {
  const heights = [["peak_mb", "peak memory (MB)"], ...view.rates.map((r) => [r, `${r} (%)`])];
  put(
    $("y-axis"),
    heights.map(([value, name]) => h("option", { value }, name)),
  );
  $("y-axis").onchange = drawScatter;
  drawLegend();
}

function drawScatter() {
  const box = $("scatter"),
    subset = view.subset,
    key = $("y-axis").value,
    tip = box.querySelector(".tip");
  const size = frame(box, box.clientWidth < 480 ? 320 : 420);
  const marked = Object.values(subset.marks);
  const shown = [...new Set([...view.order, ...marked, view.chosen])].filter(
    (i) => key in (subset.rows[i] || {}),
  );
  if (!shown.length)
    return void box.replaceChildren(h("p", {}, "No combination passes the filters."), tip);
  const at = (i) => subset.rows[i];
  const x = scale(
    shown.map((i) => at(i).seconds),
    size.left,
    size.width - size.right,
    true,
  );
  const y = scale(
    shown.map((i) => at(i)[key]),
    size.height - size.below,
    size.above,
    key === "peak_mb",
  );
  const tint = tints(subset.rows);
  const points = shown.map((index) => ({
    index,
    x: x(at(index).seconds),
    y: y(at(index)[key]),
    count: 1,
  }));
  drawn = thinned(points, ({ index }) =>
    index === view.chosen
      ? 3
      : marked.includes(index)
        ? 2
        : at(index).marks.includes("front")
          ? 1
          : 0,
  );
  const dots = drawn.map((p) => {
    const [r, kind] = at(p.index).marks.includes("front") ? [5, "dot front"] : [3.5, "dot"];
    return s("circle", {
      cx: p.x,
      cy: p.y,
      r,
      fill: tint(at(p.index)),
      "data-row": p.index,
      class: kind,
    });
  });
  const height = $("y-axis").selectedOptions[0].text;
  const picture = s(
    "svg",
    {
      width: size.width,
      height: size.height,
      role: "img",
      "aria-label": `${plural(shown.length, "combination")}: seconds across, ${height} up`,
    },
    axes(size, x, y, ["seconds for all recordings, composed", height]),
    s("path", { class: "edge", d: staircase(frontOf(points)) }),
    dots,
    namedPoints(size),
    ring(),
  );
  box.replaceChildren(picture, tip);
  tip.hidden = true;
}

// Points by colour: the most accurate ones blue, the least accurate ones vermillion.
function tints(rows) {
  const rate = view.rates[0];
  const [low, high] = ends(rows.map((r) => r[rate]).filter((v) => v !== undefined));
  put(
    $("ramp"),
    !rate
      ? null
      : high === low
        ? `${rate} ${percent(low)} everywhere`
        : [`${rate} ${percent(low)} `, h("i", { class: "ramp" }), ` ${percent(high)}`],
  );
  return (row) => colour(rate && high > low && rate in row ? (row[rate] - low) / (high - low) : 0);
}

// The recommended one, the profile started from and the baseline, with their names where there is
// room.
function namedPoints(size) {
  const taken = [];
  return Object.keys(SHAPES)
    .filter((mark) => mark in view.subset.marks)
    .map((mark) => {
      const p = drawn.find((d) => d.index === view.subset.marks[mark]);
      if (!p) return null;
      const [aside, anchor] = p.x > 0.6 * size.width ? [-13, "end"] : [13, "start"];
      let line = p.y + 4;
      while (taken.some((t) => Math.abs(t.line - line) < 14 && Math.abs(t.x - p.x) < 160))
        line -= 14;
      taken.push({ x: p.x, line });
      return [
        marker(mark, p.x, p.y),
        s("text", { class: "label", x: p.x + aside, y: line, "text-anchor": anchor }, called(mark)),
      ];
    });
}

function ring() {
  const p = drawn.find((d) => d.index === view.chosen);
  return p ? s("circle", { class: "ring", cx: p.x, cy: p.y, r: 12 }) : null;
}

function drawLegend() {
  const entries = Object.keys(SHAPES)
    .filter((m) => m in view.subset.marks)
    .map((mark) =>
      h(
        "button",
        { type: "button", onclick: () => choose(view.subset.marks[mark]) },
        s(
          "svg",
          { width: 20, height: 20, viewBox: "-10 -10 20 20", "aria-hidden": "true" },
          marker(mark, 0, 0),
        ),
        called(mark),
      ),
    );
  const front = view.subset.rows.filter((r) => r.marks.includes("front")).length;
  put(
    $("legend"),
    entries,
    small(
      `Outlined: the ${front} on the front of time, memory and ` +
        "errors together. Line: nothing listed is both faster and lower. Point, click or use the " +
        "arrow keys, which walk " +
        "along the front.",
    ),
  );
}

function listenToCombinations() {
  $("find").addEventListener("input", filterRows);
  $("marked").addEventListener("change", filterRows);
  $("clear").addEventListener("click", clearFilters);
  const plot = $("scatter"),
    found = (event) => near(event, plot.querySelector("svg") || plot, drawn);
  plot.addEventListener("pointermove", (event) => {
    const p = found(event);
    showTip(plot, p, ...(p ? tipLines(view.subset.rows[p.index], p.count) : []));
  });
  plot.addEventListener("pointerleave", () => showTip(plot, null));
  plot.addEventListener("click", (event) => {
    const p = found(event);
    if (p) choose(p.index);
  });
  plot.addEventListener("keydown", walkFront);
}

function walkFront(event) {
  const step = stepOf(event);
  if (!step) return;
  event.preventDefault();
  const rows = view.subset.rows; // fastest first
  const stops = rows.flatMap((r, i) => (r.marks.length ? [i] : []));
  const next =
    step > 0 ? stops.find((i) => i > view.chosen) : stops.findLast((i) => i < view.chosen);
  if (next !== undefined) choose(next);
}
