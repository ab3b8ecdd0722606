// Parallel coordinates, from top to bottom: a row of variants for each stage, then an axis of
// errors and one of time.
const TICK = { width: 92, height: 30, gap: 32 };

function drawParallel() {
  const { rows } = view.subset,
    box = $("parallel"),
    key = heightKey(),
    { passing, drawn } = sample();
  const room = box.parentNode.clientWidth,
    narrow = room < 480;
  const size = { left: narrow ? 4 : 84, right: narrow ? 4 : 16, step: TICK.height + TICK.gap };
  const most = Math.max(...paths.axes.map((axis) => axis.options.length), 3);
  size.width = Math.max(room, size.left + size.right + most * (TICK.width + 8));
  const above = narrow ? 20 : 4; // where there is no room beside a row, its name stands above it
  size.height = size.step * (paths.axes.length + 2) + 10 + above;
  paths.names = narrow ? 4 - TICK.height / 2 - 10 : 4;
  const from = size.left,
    to = size.width - size.right;
  paths.axes.forEach((axis, k) => {
    const step = (to - from) / axis.options.length;
    axis.y = size.step * k + TICK.height / 2 + above;
    axis.x = new Map(axis.options.map((o, r) => [o.k, from + step * (r + 0.5)]));
  });
  const fit = rows.filter((row) => key in row),
    y = (k) => size.step * (paths.axes.length + k) + TICK.height / 2 + above;
  paths.height = {
    key,
    y: y(0),
    x: honest(
      fit.map((row) => row[key]),
      from,
      to,
    ),
  };
  const times = scale(
    fit.map((row) => row.seconds),
    from,
    to,
    true,
  );
  paths.time = { key: "seconds", y: y(1), x: times, ...reader(fit, from, to) };
  paths.lines = drawn.map((index, k) => ({
    index,
    points: pointsOf(rows[index], 0.5 - k / drawn.length),
  }));
  put(
    box,
    s(
      "svg",
      {
        width: size.width,
        height: size.height,
        role: "group",
        "aria-label": "Combinations by stage",
      },
      s("g", {}, paths.lines.map(path)),
      s("path", { class: "path hovered" }),
      paths.axes.map(stageRow),
      numberRow(paths.height, from, to),
      numberRow(paths.time, from, to),
      handle(from, to),
    ),
  );
  $("paths-shown").textContent =
    `${integer(passing.length)} of ${plural(rows.length, "combination")} kept` +
    (drawn.length < passing.length ? `, a sample of ${integer(drawn.length)} drawn` : "");
  drawPathsLegend();
}

// From pixels of the time axis to seconds.
function reader(rows, from, to) {
  const [low, high] = ends(rows.map((row) => row.seconds)),
    place = scale([low, high], from, to, true);
  const wide = place(high) - place(low) || 1;
  return { back: (x) => low * (high / low) ** ((x - place(low)) / wide) };
}

// Down through the variants; lines of one variant lie next to each other, so that they can be told
// apart.
function pointsOf(row, aside) {
  const shift = aside * (TICK.width - 16);
  return [
    ...paths.axes.map((axis) => [axis.x.get(row.options[axis.i]) + shift, axis.y]),
    [paths.height.x(row[paths.height.key]), paths.height.y],
    [paths.time.x(row.seconds), paths.time.y],
  ];
}

const through = (points) => `M${points.map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}`;

function path({ index, points }) {
  const row = view.subset.rows[index],
    [low, high] = paths.limits;
  const warm = high > low ? Math.log(row.seconds / low) / Math.log(high / low) : 0;
  const mark = ["recommended", "anchor", "baseline"].find((m) => view.subset.marks[m] === index);
  return s("path", {
    "data-row": index,
    d: through(points),
    stroke: colour(warm),
    class: `path ${mark || row.marks[0] || ""}`,
  });
}

// A stage: its name, and a switch for each variant.
function stageRow(axis) {
  const wanted = paths.wanted.get(axis.i);
  return s(
    "g",
    {},
    s("text", { class: "name", x: 0, y: axis.y + paths.names }, axis.stage),
    axis.options.map((option) => {
      const x = axis.x.get(option.k),
        on = Boolean(wanted && wanted.has(option.k)),
        toggle = () => press(axis.i, option.k);
      return s(
        "g",
        {
          class: on ? "tick on" : wanted ? "tick off" : "tick",
          tabindex: 0,
          role: "checkbox",
          "aria-checked": String(on),
          "aria-label": `${axis.stage} ${option.name}`,
          "data-tick": `${axis.i} ${option.k}`,
          onclick: toggle,
          onkeydown: (event) => {
            if (event.key !== " " && event.key !== "Enter") return;
            event.preventDefault();
            toggle();
          },
        },
        s("rect", {
          x: x - TICK.width / 2,
          y: axis.y - TICK.height / 2,
          width: TICK.width,
          height: TICK.height,
          rx: 5,
        }),
        s("text", { class: "middle", x, y: axis.y - 2 }, option.method),
        s("text", { class: "middle", x, y: axis.y + 11 }, option.technique),
      );
    }),
  );
}

function numberRow(axis, from, to) {
  const name = axis.key === "seconds" ? "seconds" : axis.key === "peak_mb" ? "MB" : `${axis.key} %`;
  return s(
    "g",
    {},
    s("text", { class: "name", x: 0, y: axis.y + paths.names }, name),
    s("line", { x1: from, x2: to, y1: axis.y, y2: axis.y }),
    axis.x.ticks.map((v) => [
      s("line", { x1: axis.x(v), x2: axis.x(v), y1: axis.y - 4, y2: axis.y + 4 }),
      s("text", { class: "middle", x: axis.x(v), y: axis.y + 18 }, tick(v)),
    ]),
  );
}

// What is dragged along the time axis, with the range that is kept.
function handle(from, to) {
  const { time, range, limits } = paths,
    [a, b] = range || limits;
  const width = Math.max(2, time.x(b) - time.x(a));
  return [
    range && s("rect", { class: "kept", x: time.x(a), y: time.y - 8, width, height: 16 }),
    s("rect", {
      class: "handle",
      x: from,
      y: time.y - 14,
      width: to - from,
      height: 28,
      tabindex: 0,
      role: "slider",
      "aria-label": "Keep combinations up to this time",
      "aria-valuemin": limits[0],
      "aria-valuemax": limits[1],
      "aria-valuenow": b,
      "aria-valuetext": seconds(b),
      onkeydown: stepTimes,
    }),
  ];
}

// Where the pointer is in the drawing.
function placeIn(event) {
  const area = $("parallel").querySelector("svg").getBoundingClientRect();
  return [event.clientX - area.left, event.clientY - area.top];
}

// The line nearest to a point, straight to the left or right.
function nearestLine(x, y) {
  let best = null,
    least = 10;
  for (const line of paths.lines) {
    const k = line.points.findIndex((p) => p[1] >= y);
    if (k < 1) continue;
    const [a, b] = [line.points[k - 1], line.points[k]];
    const distance = Math.abs(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]) - x);
    if (distance <= least) [best, least] = [line, distance];
  }
  return best;
}

function hover(event) {
  const line = nearestLine(...placeIn(event)),
    box = $("paths-plot"),
    area = box.getBoundingClientRect();
  const top = box.querySelector("svg").getBoundingClientRect().top;
  $("parallel")
    .querySelector(".hovered")
    .setAttribute("d", line ? through(line.points) : "");
  showTip(
    box,
    line && { x: event.clientX - area.left, y: event.clientY - top },
    ...(line ? tipLines(view.subset.rows[line.index], 1) : []),
  );
}

// What the thick lines are.
function drawPathsLegend() {
  const names = ["recommended", "anchor", "baseline"]
    .filter((m) => m in view.subset.marks)
    .filter((m) => m !== "anchor" || !sameAs(m));
  const strokes = { recommended: "Thick", anchor: "dashed", baseline: "dotted" };
  put(
    $("paths-legend"),
    names.map((m, i) => `${i ? "; " : ""}${strokes[m]}: ${called(m)}`),
    `${names.length ? ". " : ""}Point at a line to read it, click to see it in full.`,
  );
}
