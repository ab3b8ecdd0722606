// What a column of the timeline looks like. Everything here draws columns from..to of a canvas
// whose first column is column `origin` of the whole recording; drawn in parts or at once, the
// pixels are equal. The ground is not drawn: it is that of the page.
import { Pen } from "./pen.js";

const STEPS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
];
const LABEL_PX = 90; // at least this far apart
const LABEL_WIDTH = 60; // at most this wide
const FONT_PX = 11;
const PARTED_PX = 8; // lanes at least this high have lines between them
const [STRIPE, GAP] = [6, 2]; // device pixels

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

/** Draw columns from..to (of the canvas, CSS pixels) where it is blank, or with `clear` over what
 * was there before. Gives the number of device pixels that it touches. `scene`: {perSecond, peaks,
 * lanes, colours, sizes, ratio, label}. Without a `context` it is only counted. All is drawn in
 * whole device pixels, so that parts meet without a seam. */
export function drawColumns(context, scene, { origin, from, to, clear = false }) {
  const { sizes, ratio } = scene;
  const px = (css) => Math.round(css * ratio);
  const area = { px, origin: px(origin), from: px(from), to: px(to) };
  const pen = new Pen(context, area.from, area.to, px(sizes.total));
  if (clear) pen.clear();
  drawRuler(pen, scene, area);
  drawWave(pen, scene, area);
  drawLanes(pen, scene, area);
  return pen.pixels;
}

function drawRuler(pen, scene, { px, origin, from, to }) {
  const { perSecond, colours, sizes, label, seconds, font, ratio } = scene;
  const step = stepFor(perSecond);
  const perStep = step * perSecond * ratio;
  const first = Math.max(0, Math.floor((origin + from - px(LABEL_WIDTH)) / perStep));
  const last = Math.min(Math.ceil((origin + to) / perStep), Math.floor(seconds / step));
  if (pen.context && first <= last)
    Object.assign(pen.context, { font: `${FONT_PX * ratio}px ${font}`, textBaseline: "middle" });
  for (let i = first; i <= last; i++) {
    const x = Math.round(i * perStep) - origin;
    pen.colour = colours.line;
    pen.rect(x, 0, Math.max(1, Math.floor(ratio)), px(sizes.lanesTop - 4));
    pen.colour = colours.soft;
    pen.text(label(i * step, step), x + px(4), px(sizes.ruler / 2), px(LABEL_WIDTH), px(FONT_PX));
  }
}

function drawWave(pen, scene, { px, origin, from, to }) {
  const { perSecond, peaks, colours, sizes, ratio, seconds, gain } = scene;
  const perColumn = peaks.rate / (perSecond * ratio);
  const level = peaks.levelFor(perColumn);
  const middle = px(sizes.ruler + sizes.wave / 2);
  const limit = px(sizes.wave / 2 - 1);
  const half = limit * gain;
  const end = Math.min(to, Math.ceil(seconds * perSecond * ratio) - origin);
  const out = [0, 0];
  pen.colour = colours.wave;
  for (let x = from; x < end; x++) {
    const known = peaks.extremes(
      level,
      (origin + x) * perColumn,
      (origin + x + 1) * perColumn,
      out,
    );
    const [low, high] = known ? out : [0, 0];
    const top = middle - Math.round(Math.min(limit, high * half));
    const bottom = middle - Math.round(Math.max(-limit, low * half));
    pen.rect(x, top, 1, Math.max(1, bottom - top));
  }
}

/**
 * Whether the sound of columns from..to (of the whole recording, CSS pixels) has come; else it is
 * fetched.
 */
export function isKnown({ perSecond, peaks, ratio }, from, to) {
  const perColumn = peaks.rate / (perSecond * ratio);
  const level = peaks.levelFor(perColumn);
  const perPixel = perColumn * ratio;
  return peaks.extremes(level, from * perPixel, to * perPixel, [0, 0]);
}

function drawLanes(pen, { perSecond, lanes, sizes, colours, ratio }, { px, origin, from, to }) {
  const scale = perSecond * ratio;
  const [start, end] = [(origin + from) / scale, (origin + to) / scale];
  for (const lane of lanes) {
    const top = px(sizes.lanesTop + lane.row * sizes.lane);
    const parted = sizes.lane >= PARTED_PX;
    const height = px(sizes.lane) - (parted ? 3 : 1);
    pen.colour = colours.lane;
    if (parted) pen.rect(from, top + height + 2, to - from, 1);
    pen.colour = lane.colour;
    const { turns } = lane;
    for (let i = firstEndingAfter(turns, start); i < turns.length && turns[i].start < end; i++) {
      const x = Math.round(turns[i].start * scale) - origin;
      const right = Math.max(x + 1, Math.round(turns[i].end * scale) - origin);
      if (lane.striped) stripes(pen, origin, x, right, top + 1, height);
      else pen.rect(x, top + 1, right - x, height);
    }
  }
}

/** Speakers after the eighth have the colours again, in stripes. */
function stripes(pen, origin, x, right, y, height) {
  const end = Math.min(right, pen.to);
  const first = Math.floor((origin + Math.max(x, pen.from)) / STRIPE) * STRIPE - origin;
  for (let at = first; at < end; at += STRIPE) {
    const left = Math.max(x, at + GAP);
    pen.rect(left, y, Math.max(0, Math.min(right, at + STRIPE) - left), height);
  }
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
