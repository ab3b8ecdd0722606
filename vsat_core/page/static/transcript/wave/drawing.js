// What a column of the timeline looks like. Everything here draws columns from..to of a canvas whose first column is
// column `origin` of the whole recording; drawn in parts or at once, the pixels are equal.

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const LABEL_PX = 90; // at least this far apart
const LABEL_WIDTH = 60; // at most this wide

/** Heights of the parts, in CSS pixels; `lanes` is {height, count}. */
export const heights = (waveHeight, lanes) => {
  const ruler = 18;
  const top = ruler + waveHeight + 6;
  return {
    ruler,
    wave: waveHeight,
    lanesTop: top,
    lane: lanes.height,
    total: top + lanes.count * lanes.height + 2,
  };
};

/** Seconds between labels of the ruler at so many pixels a second. */
export const stepFor = (perSecond) => STEPS.find((step) => step * perSecond >= LABEL_PX) ?? 7200;

/** Draw columns from..to (of the canvas, CSS pixels). `scene`: {perSecond, peaks, lanes, colours, sizes, ratio, label}.
 * Columns whose samples are not known yet are reported to `missing`. */
export function drawColumns(context, scene, origin, from, to, missing = null) {
  const { sizes, colours, ratio } = scene;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.beginPath();
  context.rect(from, 0, to - from, sizes.total);
  context.clip();
  context.fillStyle = colours.ground;
  context.fillRect(from, 0, to - from, sizes.total);
  drawRuler(context, scene, origin, from, to);
  drawWave(context, scene, origin, from, to, missing);
  drawLanes(context, scene, origin, from, to);
  context.restore();
}

function drawRuler(context, { perSecond, colours, sizes, label, seconds, font, ratio }, origin, from, to) {
  const step = stepFor(perSecond);
  const first = Math.max(0, Math.floor((origin + from - LABEL_WIDTH) / perSecond / step));
  const last = Math.min(Math.ceil((origin + to) / perSecond / step), Math.floor(seconds / step));
  context.font = font;
  context.textBaseline = "middle";
  for (let i = first; i <= last; i++) {
    const x = Math.round(i * step * perSecond * ratio) / ratio - origin;
    context.fillStyle = colours.line;
    context.fillRect(x, 0, 1, sizes.lanesTop - 4);
    context.fillStyle = colours.soft;
    context.fillText(label(i * step, step), x + 4, sizes.ruler / 2);
  }
}

function drawWave(
  context,
  { perSecond, peaks, colours, sizes, ratio, seconds, gain },
  origin,
  from,
  to,
  missing,
) {
  const level = peaks.levelFor(peaks.rate / (perSecond * ratio));
  const middle = sizes.ruler + sizes.wave / 2;
  const limit = sizes.wave / 2 - 1;
  const half = limit * gain;
  const width = 1 / ratio;
  const perColumn = peaks.rate / perSecond / ratio;
  const out = [0, 0];
  context.fillStyle = colours.wave;
  const end = Math.min(to, Math.ceil(seconds * perSecond) - origin);
  for (let device = Math.round(from * ratio); device < end * ratio; device++) {
    const column = Math.round(origin * ratio) + device;
    const known = peaks.extremes(level, column * perColumn, (column + 1) * perColumn, out);
    if (!known) missing?.(device / ratio);
    const [low, high] = known ? out : [0, 0];
    const top = Math.round((middle - Math.min(limit, high * half)) * ratio) / ratio;
    const bottom = Math.round((middle - Math.max(-limit, low * half)) * ratio) / ratio;
    const height = Math.max(width, bottom - top);
    context.fillRect(device / ratio, top, width, height);
  }
}

function drawLanes(context, { perSecond, lanes, sizes, colours, ratio }, origin, from, to) {
  const [start, end] = [(origin + from) / perSecond, (origin + to) / perSecond];
  for (const lane of lanes) {
    const y = sizes.lanesTop + lane.row * sizes.lane;
    context.fillStyle = colours.lane;
    context.fillRect(from, y + sizes.lane - 1, to - from, 1);
    context.fillStyle = lane.colour;
    for (
      let i = firstEndingAfter(lane.turns, start);
      i < lane.turns.length && lane.turns[i].start < end;
      i++
    ) {
      const x = Math.round(lane.turns[i].start * perSecond * ratio) / ratio - origin;
      const right = Math.max(x + 1, Math.round(lane.turns[i].end * perSecond * ratio) / ratio - origin);
      context.fillRect(x, y + 1, right - x, sizes.lane - 3);
      if (lane.striped) stripes(context, colours.ground, origin, x, right, y + 1, sizes.lane - 3);
    }
  }
}

/** Speakers after the eighth have the colours again, with stripes. */
function stripes(context, colour, origin, x, right, y, height) {
  const before = context.fillStyle;
  context.fillStyle = colour;
  for (let at = x + ((6 - ((origin + x) % 6)) % 6); at < right; at += 6) context.fillRect(at, y, 2, height);
  context.fillStyle = before;
}

/** Turns of one lane do not overlap and are in order. */
function firstEndingAfter(turns, time) {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (turns[middle].end > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
