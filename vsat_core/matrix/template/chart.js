// Axes and colours shared by the plots.
// blue to vermillion: distinct to all eyes
const LOW = [10, 111, 184],
  MIDDLE = [141, 111, 159],
  HIGH = [213, 94, 0];
const WIDE = 8; // times the smallest value from which an axis is logarithmic

function colour(share) {
  const [a, b, t] = share < 0.5 ? [LOW, MIDDLE, 2 * share] : [MIDDLE, HIGH, 2 * share - 1];
  return `rgb(${a.map((x, i) => Math.round(x + t * (b[i] - x))).join(" ")})`;
}

const ends = (values) =>
  // also of more values than a call can be given
  values.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [Infinity, -Infinity]);

// A scale from values to pixels, with room at both ends; logarithmic where it can be.
function scale(values, from, to, log) {
  let [low, high] = ends(values);
  const use = log && low > 0;
  if (!use && low === high) [low, high] = [low - 1, high + 1];
  const f = use ? Math.log : (x) => x,
    back = use ? Math.exp : (x) => x;
  const room = 0.06 * (f(high) - f(low)) || 0.1;
  const a = f(low) - room,
    b = f(high) + room;
  const place = (x) => from + ((f(x) - a) / (b - a)) * (to - from);
  const most = Math.abs(to - from) / 60;
  place.ticks = ticks(!use && low >= 0 ? Math.max(0, back(a)) : back(a), back(b), use, most);
  return place;
}

// A scale that begins at zero, so that lengths compare; logarithmic where values differ by much.
function honest(values, from, to, wide = Infinity) {
  const [low, high] = ends(values);
  if (low > 0 && high / low > wide)
    return Object.assign(scale(values, from, to, true), { log: true });
  const top = 1.08 * high || 1,
    place = (x) => from + (x / top) * (to - from);
  return Object.assign(place, { ticks: ticks(0, top, false, Math.abs(to - from) / 60) });
}

// Round numbers between two: 1, 2, 5 where decades are crossed, else equal steps; no more than fit.
function ticks(low, high, log, most) {
  const values = [];
  if (log && high / low > 8) {
    const steps = high / low > 1e3 ? [1] : [1, 2, 5];
    for (let e = Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
      values.push(...steps.map((x) => x * 10 ** e).filter((x) => x >= low && x <= high));
    }
    return values.filter((_, i) => i % Math.ceil(values.length / Math.max(most, 2)) === 0);
  }
  const rough = (high - low) / Math.max(2, Math.min(most, 7)),
    unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((x) => x * unit).find((x) => x >= rough);
  for (let i = Math.ceil(low / step); i * step <= high; i++) values.push(i * step);
  return values;
}

const tick = (x) => Number(x.toPrecision(6)).toLocaleString("en-GB", { maximumFractionDigits: 6 });

// Grid, ticks and, if given, names of both axes.
function axes(size, x, y, names) {
  const bottom = size.height - size.below;
  return s(
    "g",
    { class: "axes" },
    x.ticks.map((v) => [
      s("line", { x1: x(v), x2: x(v), y1: size.above, y2: bottom }),
      s("text", { x: x(v), y: bottom + 16, class: "middle" }, tick(v)),
    ]),
    y.ticks.map((v) => [
      s("line", { x1: size.left, x2: size.width - size.right, y1: y(v), y2: y(v) }),
      s("text", { x: size.left - 6, y: y(v) + 4, "text-anchor": "end" }, tick(v)),
    ]),
    names && [
      s(
        "text",
        { class: "name middle", x: (size.left + size.width - size.right) / 2, y: size.height - 4 },
        names[0],
      ),
      s("text", { class: "name", x: 4, y: 12 }, names[1]),
    ],
  );
}

const frame = (box, height) => ({
  width: Math.max(box.clientWidth, 240),
  height,
  left: 52,
  right: 14,
  above: 24,
  below: 40,
});
