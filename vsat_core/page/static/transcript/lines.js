// Where lines break: widths of words are measured once for each text, and lines follow by addition.
// Every line has its place before anything is shown, so that scrolling meets no surprises.
import { parted } from "./script.js";

export class Measure {
  /** `font` is a CSS font; widths in CSS pixels. */
  constructor(font) {
    this.context = document.createElement("canvas").getContext("2d");
    this.use(font);
  }

  use(font) {
    this.font = font;
    this.context.font = font;
    this.known = new Map();
    this.blank = this.of(" ");
  }

  of(text) {
    let width = this.known.get(text);
    if (width === undefined) {
      width = this.context.measureText(text).width;
      this.known.set(text, width);
    }
    return width;
  }
}

/** The lines from the word `start` on, below the line `above`, one by one. Each: {first, end, top,
 * opens}, words first..end-1. */
function* linesFrom({ words, language }, measure, sizes, start, above) {
  let [used, line] = [0, above];
  for (let i = start; i < words.length; i++) {
    const word = words[i];
    const width = measure.of(word.text);
    const opens = word.opens || i === 0;
    if (i === start || opens || used + width > sizes.width) {
      if (line !== above) yield line;
      const under = line ? line.top + sizes.line + (opens ? sizes.gap : 0) : 0;
      line = { first: i, end: i + 1, top: under + (opens ? sizes.head : 0), opens };
      used = 0;
    }
    line.end = i + 1;
    const next = words[i + 1];
    used += width + (next && parted(word.text, next.text, language) ? measure.blank : 0);
  }
  if (line !== above) yield line;
}

/** Lines that stay as they are, at other numbers of words and another height. */
function moved(lines, words, pixels) {
  if (words || pixels)
    for (const line of lines) {
      line.first += words;
      line.end += words;
      line.top += pixels;
    }
  return lines;
}

/** A layout {lines, count, height} of `count` words after words from..to were changed, came or
 * went: lines before them stay, and so do those from the first on that begins where one began.
 * `sizes`: {width, line, head, gap} in pixels; a paragraph has `head` above its first line and
 * `gap` below its last. */
export function mended(layout, model, measure, sizes, { from, to }) {
  const old = layout.lines;
  const count = model.words.length;
  const more = count - layout.count;
  // a word may go back to the line before
  let at = from > 0 ? lastBelow(old, from - 1, "first") : 0;
  let lines = old.slice(0, at);
  for (const line of linesFrom(model, measure, sizes, old[at]?.first ?? 0, lines.at(-1) ?? null)) {
    if (line.first >= to) {
      while (at < old.length && old[at].first + more < line.first) at++;
      if (at < old.length && old[at].first + more === line.first) {
        lines = lines.concat(moved(old.slice(at), more, line.top - old[at].top));
        break;
      }
    }
    lines.push(line);
  }
  const last = lines.at(-1);
  return { lines, count, height: last ? last.top + sizes.line + sizes.gap : 0 };
}

/** The layout of a whole transcript. */
export const broken = (model, measure, sizes) =>
  mended({ lines: [], count: 0 }, model, measure, sizes, { from: 0, to: model.words.length });

/** The index of the last element whose key is at or below a value; at least 0. */
export function lastBelow(list, value, key) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle][key] <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
