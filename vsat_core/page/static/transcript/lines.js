// Where lines break: widths of words are measured once for each text, and lines follow by addition. Every line has
// its place before anything is shown, so that scrolling meets no surprises.
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

/** The lines of a transcript. `sizes`: {width, line, head, gap} in pixels; a paragraph has `head` above its first line
 * and `gap` below its last. Each line: {first, end, top, opens}, words first..end-1. */
export function broken(model, measure, sizes) {
  const { words, language } = model;
  const lines = [];
  let [top, used, line] = [0, 0, null];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const width = measure.of(word.text);
    const opens = word.opens || i === 0;
    if (opens || used + width > sizes.width) {
      if (line) top = line.top + sizes.line + (opens ? sizes.gap : 0);
      if (opens) top += sizes.head;
      line = { first: i, end: i + 1, top, opens };
      lines.push(line);
      used = 0;
    }
    line.end = i + 1;
    const next = words[i + 1];
    used += width + (next && parted(word.text, next.text, language) ? measure.blank : 0);
  }
  return { lines, height: line ? line.top + sizes.line + sizes.gap : 0 };
}

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
