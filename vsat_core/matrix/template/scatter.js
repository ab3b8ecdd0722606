// All listed combinations that pass the filters: time across, memory or an error rate up, colour for errors.
const CELL = 4; // pixels; of the points that would lie on each other only the fastest is drawn
const NEAR = 28; // pixels from which a point is taken to be meant
const SHAPES = {
  recommended: "M0-9 2.6-2.9 9-2.6 4 1.6 5.6 8 0 4.4-5.6 8-4 1.6-9-2.6-2.6-2.9Z",
  anchor: "M-6-6H6V6H-6Z",
  baseline: "M0-8 8 6H-8Z",
};
let drawn = []; // what the pointer can find: {index, x, y, count}

function drawAxes() {
  const heights = [["peak_mb", "peak memory (MB)"], ...view.rates.map((r) => [r, `${r} (%)`])];
  put($("y-axis"), heights.map(([value, name]) => h("option", { value }, name)));
  $("y-axis").onchange = drawScatter;
  drawLegend();
}

function drawScatter() {
  const box = $("scatter"), subset = view.subset, key = $("y-axis").value, tip = box.querySelector(".tip");
  const size = frame(box, box.clientWidth < 480 ? 320 : 420);
  const marked = Object.values(subset.marks);
  const shown = [...new Set([...view.order, ...marked, view.chosen])].filter((i) => key in (subset.rows[i] || {}));
  if (!shown.length) return void box.replaceChildren(h("p", {}, "No combination passes the filters."), tip);
  const at = (i) => subset.rows[i];
  const x = scale(shown.map((i) => at(i).seconds), size.left, size.width - size.right, true);
  const y = scale(shown.map((i) => at(i)[key]), size.height - size.below, size.above, key === "peak_mb");
  const tint = tints(subset.rows);
  const points = shown.map((index) => ({ index, x: x(at(index).seconds), y: y(at(index)[key]), count: 1 }));
  drawn = thinned(points, marked);
  const dots = drawn.map((p) => {
    const [r, kind] = at(p.index).marks.includes("front") ? [5, "dot front"] : [3.5, "dot"];
    return s("circle", { cx: p.x, cy: p.y, r, fill: tint(at(p.index)), "data-row": p.index, class: kind });
  });
  const height = $("y-axis").selectedOptions[0].text;
  const picture = s("svg", { width: size.width, height: size.height, role: "img",
    "aria-label": `${plural(shown.length, "combination")}: seconds across, ${height} up` },
  axes(size, x, y, ["seconds for all recordings, composed", height]),
  s("path", { class: "edge", d: staircase(points) }), dots, named(size), ring());
  box.replaceChildren(picture, tip);
  tip.hidden = true;
}

// Points by colour: the most accurate ones blue, the least accurate ones vermillion.
function tints(rows) {
  const rate = view.rates[0];
  const [low, high] = ends(rows.map((r) => r[rate]).filter((v) => v !== undefined));
  put($("ramp"), !rate ? null : high === low ? `${rate} ${percent(low)} everywhere`
    : [`${rate} ${percent(low)} `, h("i", { class: "ramp" }), ` ${percent(high)}`]);
  return (row) => colour(rate && high > low && rate in row ? (row[rate] - low) / (high - low) : 0);
}

// One point a cell of the grid, the most remarkable in it; in the order of drawing: plain ones, front, named ones.
function thinned(points, marked) {
  const rows = view.subset.rows, cells = new Map();
  const weight = ({ index }) => (
    index === view.chosen ? 3 : marked.includes(index) ? 2 : rows[index].marks.includes("front") ? 1 : 0);
  for (const p of points) {
    const key = weight(p) > 1 ? `row ${p.index}` : `${Math.round(p.x / CELL)} ${Math.round(p.y / CELL)}`;
    const other = cells.get(key);
    if (!other) cells.set(key, p);
    else if (weight(p) > weight(other)) cells.set(key, { ...p, count: other.count + 1 });
    else other.count += 1;
  }
  return [...cells.values()].sort((a, b) => weight(a) - weight(b));
}

// Along the points that no other listed one beats both in time and in height.
function staircase(points) {
  let path = "", lowest = -Infinity; // pixels grow downwards
  for (const p of [...points].sort((a, b) => a.x - b.x || b.y - a.y)) {
    if (p.y <= lowest) continue;
    path += path ? `H${p.x}V${p.y}` : `M${p.x} ${p.y}`;
    lowest = p.y;
  }
  return path;
}

// The recommended one, the profile started from and the baseline, with their names where there is room.
function named(size) {
  const taken = [];
  return Object.keys(SHAPES).filter((mark) => mark in view.subset.marks).map((mark) => {
    const p = drawn.find((d) => d.index === view.subset.marks[mark]);
    if (!p) return null;
    const [aside, anchor] = p.x > 0.6 * size.width ? [-13, "end"] : [13, "start"];
    let line = p.y + 4;
    while (taken.some((t) => Math.abs(t.line - line) < 14 && Math.abs(t.x - p.x) < 160)) line -= 14;
    taken.push({ x: p.x, line });
    return [s("path", { class: `shape ${mark}`, d: SHAPES[mark], transform: `translate(${p.x} ${p.y})` }),
      s("text", { class: "label", x: p.x + aside, y: line, "text-anchor": anchor }, called(mark))];
  });
}

function ring() {
  const p = drawn.find((d) => d.index === view.chosen);
  return p ? s("circle", { class: "ring", cx: p.x, cy: p.y, r: 12 }) : null;
}

function drawLegend() {
  const entries = Object.keys(SHAPES).filter((m) => m in view.subset.marks).map((mark) => h("button",
    { type: "button", onclick: () => choose(view.subset.marks[mark]) },
    s("svg", { width: 20, height: 20, viewBox: "-10 -10 20 20", "aria-hidden": "true" },
      s("path", { class: `shape ${mark}`, d: SHAPES[mark] })), called(mark)));
  const front = view.subset.rows.filter((r) => r.marks.includes("front")).length;
  put($("legend"), entries, h("p", { class: "small" }, `Outlined: the ${front} on the front of time, memory and ` +
    "errors together. Line: nothing listed is both faster and lower. Point, click or use the arrow keys, which walk " +
    "along the front."));
}

function near(event) {
  const area = $("scatter").getBoundingClientRect(), px = event.clientX - area.left, py = event.clientY - area.top;
  let best = null, least = NEAR;
  for (const p of drawn) {
    const distance = Math.hypot(p.x - px, p.y - py);
    if (distance <= least) [best, least] = [p, distance]; // of equals the one drawn last, on top
  }
  return best;
}

function showTip(event) {
  const p = near(event), tip = $("scatter").querySelector(".tip");
  tip.hidden = !p;
  if (!p) return;
  const row = view.subset.rows[p.index];
  put(tip, marksOf(row).length ? h("b", {}, marksOf(row).join(", "), h("br")) : null,
    `${seconds(row.seconds)}, ${integer(row.peak_mb)} MB`, h("br"),
    view.rates.filter((r) => r in row).map((r) => `${r} ${percent(row[r])}`).join(", "),
    p.count > 1 ? [h("br"), `and ${integer(p.count - 1)} more here`] : null);
  const width = $("scatter").clientWidth;
  tip.style.left = `${Math.max(0, Math.min(p.x + 14, width - tip.offsetWidth))}px`;
  tip.style.top = `${Math.max(0, p.y - tip.offsetHeight - 12)}px`;
}

function walkFront(event) {
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = view.subset.rows; // fastest first
  const stops = rows.flatMap((r, i) => (r.marks.length ? [i] : []));
  const next = step > 0 ? stops.find((i) => i > view.chosen) : stops.findLast((i) => i < view.chosen);
  if (next !== undefined) choose(next);
}
