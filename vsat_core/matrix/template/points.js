// What the plots of combinations share: points thinned to what can be seen, the pointer, the tip,
// the keys.
// pixels; of the points that would lie on each other only the most remarkable is drawn
const CELL = 4;
const NEAR = 28; // pixels from which a point is taken to be meant
const SAME_TIME = 1.01;
const SHAPES = {
  recommended: "M0-9 2.6-2.9 9-2.6 4 1.6 5.6 8 0 4.4-5.6 8-4 1.6-9-2.6-2.6-2.9Z",
  anchor: "M-6-6H6V6H-6Z",
  baseline: "M0-8 8 6H-8Z",
};
const marker = (mark, x, y) =>
  s("path", { class: `shape ${mark}`, d: SHAPES[mark], transform: `translate(${x} ${y})` });

// One point a cell of the grid, that of the most weight; in the order of drawing. Above a weight of
// 1 each is kept.
function thinned(points, weight) {
  const cells = new Map();
  for (const p of points) {
    const key =
      weight(p) > 1 ? `row ${p.index}` : `${Math.round(p.x / CELL)} ${Math.round(p.y / CELL)}`;
    const other = cells.get(key);
    if (!other) cells.set(key, p);
    else if (weight(p) > weight(other)) cells.set(key, { ...p, count: other.count + 1 });
    else other.count += 1;
  }
  return [...cells.values()].sort((a, b) => weight(a) - weight(b));
}

// The points that no other one beats both in time and in height, fastest first. Times within 1 %
// count as equal.
function frontOf(points) {
  const { rows } = view.subset,
    kept = [];
  let least = Infinity;
  for (const p of [...points].sort((a, b) => b.y - a.y || a.x - b.x)) {
    // pixels grow downwards
    if (SAME_TIME * rows[p.index].seconds >= least) continue;
    least = rows[p.index].seconds;
    kept.push(p);
  }
  return kept.reverse();
}

const staircase = (front) =>
  front.map((p, i) => (i ? `H${p.x}V${p.y}` : `M${p.x} ${p.y}`)).join("");

function near(event, svg, points) {
  const area = svg.getBoundingClientRect(),
    px = event.clientX - area.left,
    py = event.clientY - area.top;
  let best = null,
    least = NEAR;
  for (const p of points) {
    const distance = Math.hypot(p.x - px, p.y - py);
    if (distance <= least) [best, least] = [p, distance]; // of equals the one drawn last, on top
  }
  return best;
}

// A box next to a point, or none.
function showTip(box, point, ...lines) {
  const tip = box.querySelector(".tip");
  tip.hidden = !point;
  if (!point) return;
  put(
    tip,
    lines.filter(Boolean).map((line) => h("div", {}, line)),
  );
  const top =
    box.querySelector("svg").getBoundingClientRect().top - box.getBoundingClientRect().top;
  tip.style.left = `${Math.max(0, Math.min(point.x + 14, box.clientWidth - tip.offsetWidth))}px`;
  tip.style.top = `${top + Math.max(0, point.y - tip.offsetHeight - 12)}px`;
}

// What is said of a combination under the pointer.
function tipLines(row, count) {
  const names = marksOf(row).filter((m) => m !== "front");
  return [
    names.length ? h("b", {}, names.join(", ")) : null,
    `${seconds(row.seconds)}, ${integer(row.peak_mb)} MB`,
    view.rates
      .filter((r) => r in row)
      .map((r) => `${r} ${percent(row[r])}`)
      .join(", "),
    differences(row),
    count > 1 ? `and ${integer(count - 1)} more here` : null,
  ];
}

// In which stages a combination is not what is recommended.
function differences(row, most = 4) {
  const best = recommended();
  if (!best || row === best) return null;
  const names = STAGES.flatMap((stage, i) =>
    row.options[i] === best.options[i] ? [] : [`${stage} ${optionOf(row, i).name}`],
  );
  const more = names.length > most ? ` and ${integer(names.length - most)} more` : "";
  return names.length ? `differs in ${names.slice(0, most).join(", ")}${more}` : null;
}

// The step that an arrow key means, or 0.
const stepOf = (event) =>
  ({ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 })[event.key] || 0;
