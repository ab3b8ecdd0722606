// What a column of the timeline looks like. Everything here draws columns from..to of a canvas whose first column is
// column `origin` of the whole recording; drawn in parts or at once, the pixels are equal.

const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const LABEL_PX = 90; // at least this far apart
const LABEL_WIDTH = 60; // at most this wide
const FONT_PX = 11;

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
 * All is drawn in whole device pixels, so that parts meet without a seam. */
export function drawColumns(context, scene, origin, from, to) {
  const { sizes, colours, ratio } = scene;
  const px = (css) => Math.round(css * ratio);
  const area = { px, origin: px(origin), from: px(from), to: px(to) };
  context.save();
  context.beginPath();
  context.rect(area.from, 0, area.to - area.from, px(sizes.total));
  context.clip();
  context.fillStyle = colours.ground;
  context.fillRect(area.from, 0, area.to - area.from, px(sizes.total));
  drawRuler(context, scene, area);
  drawWave(context, scene, area);
  drawLanes(context, scene, area);
  context.restore();
}

function drawRuler(
  context,
  { perSecond, colours, sizes, label, seconds, font, ratio },
  { px, origin, from, to },
) {
  const perStep = stepFor(perSecond) * perSecond * ratio;
  const step = stepFor(perSecond);
  const first = Math.max(0, Math.floor((origin + from - px(LABEL_WIDTH)) / perStep));
  const last = Math.min(Math.ceil((origin + to) / perStep), Math.floor(seconds / step));
  context.font = `${FONT_PX * ratio}px ${font}`;
  context.textBaseline = "middle";
  for (let i = first; i <= last; i++) {
    const x = Math.round(i * perStep) - origin;
    context.fillStyle = colours.line;
    context.fillRect(x, 0, Math.max(1, Math.floor(ratio)), px(sizes.lanesTop - 4));
    context.fillStyle = colours.soft;
    context.fillText(label(i * step, step), x + px(4), px(sizes.ruler / 2));
  }
}

function drawWave(
  context,
  { perSecond, peaks, colours, sizes, ratio, seconds, gain },
  { px, origin, from, to },
) {
  const perColumn = peaks.rate / (perSecond * ratio);
  const level = peaks.levelFor(perColumn);
  const middle = px(sizes.ruler + sizes.wave / 2);
  const limit = px(sizes.wave / 2 - 1);
  const half = limit * gain;
  const end = Math.min(to, Math.ceil(seconds * perSecond * ratio) - origin);
  const out = [0, 0];
  context.fillStyle = colours.wave;
  for (let x = from; x < end; x++) {
    const known = peaks.extremes(level, (origin + x) * perColumn, (origin + x + 1) * perColumn, out);
    const [low, high] = known ? out : [0, 0];
    const top = middle - Math.round(Math.min(limit, high * half));
    const bottom = middle - Math.round(Math.max(-limit, low * half));
    context.fillRect(x, top, 1, Math.max(1, bottom - top));
  }
}

function drawLanes(context, { perSecond, lanes, sizes, colours, ratio }, { px, origin, from, to }) {
  const scale = perSecond * ratio;
  const [start, end] = [(origin + from) / scale, (origin + to) / scale];
  for (const lane of lanes) {
    const top = px(sizes.lanesTop + lane.row * sizes.lane);
    const height = px(sizes.lane) - 3;
    context.fillStyle = colours.lane;
    context.fillRect(from, top + height + 2, to - from, 1);
    context.fillStyle = lane.colour;
    for (
      let i = firstEndingAfter(lane.turns, start);
      i < lane.turns.length && lane.turns[i].start < end;
      i++
    ) {
      const x = Math.round(lane.turns[i].start * scale) - origin;
      const right = Math.max(x + 1, Math.round(lane.turns[i].end * scale) - origin);
      context.fillRect(x, top + 1, right - x, height);
      if (lane.striped) stripes(context, colours.ground, origin, x, right, top + 1, height);
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
