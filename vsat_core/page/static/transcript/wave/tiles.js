// The timeline in tiles: canvases next to each other that move together. A tile knows which of its columns are out of
// date, and only those are drawn. `counter.pixels` counts every device pixel that was drawn.
import { drawColumns } from "./drawing.js";

const WIDTH = 256; // CSS pixels of a tile
const SPARE = 8; // tiles kept that are not in view
const GRAIN = 4; // columns are drawn in fours, so that parts end on whole device pixels at ratios like 1.25

export class Tiles {
  constructor(holder, scene) {
    Object.assign(this, {
      holder,
      scene,
      tiles: new Map(),
      counter: { pixels: 0, tiles: 0 },
      left: 0,
      width: 0,
    });
  }

  /** All is drawn again: another zoom, other colours or another size. */
  reset() {
    for (const { canvas } of this.tiles.values()) canvas.remove();
    this.spare = [...this.tiles.values()]
      .map(({ canvas }) => canvas)
      .slice(0, SPARE + Math.ceil(this.width / WIDTH));
    this.tiles.clear();
  }

  tile(number) {
    let tile = this.tiles.get(number);
    if (tile) return tile;
    const { ratio, sizes } = this.scene;
    const canvas = this.spare?.pop() ?? document.createElement("canvas");
    const [width, height] = [Math.round(WIDTH * ratio), Math.round(sizes.total * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    canvas.style.width = `${WIDTH}px`;
    canvas.style.height = `${sizes.total}px`;
    canvas.style.left = `${number * WIDTH}px`;
    tile = { number, canvas, context: canvas.getContext("2d", { alpha: false }), dirty: [[0, WIDTH]] };
    this.tiles.set(number, tile);
    this.holder.append(canvas);
    this.counter.tiles++;
    return tile;
  }

  /** Columns from..to of the whole recording are out of date. */
  spoil(from, to) {
    for (const tile of this.tiles.values()) {
      const [first, end] = [
        Math.max(0, from - tile.number * WIDTH),
        Math.min(WIDTH, to - tile.number * WIDTH),
      ];
      if (first < end) tile.dirty = merged([...tile.dirty, grained(first, end)]);
    }
  }

  /** Show columns left..left+width; what is out of date there is drawn now. */
  show(left, width) {
    Object.assign(this, { left, width });
    const [first, last] = [Math.floor(left / WIDTH), Math.floor((left + width - 1) / WIDTH)];
    for (let number = first; number <= last; number++) this.draw(this.tile(number), Infinity);
    this.tidy(first, last);
  }

  get settled() {
    const [first, last] = [Math.floor(this.left / WIDTH), Math.floor((this.left + this.width - 1) / WIDTH)];
    return [...this.tiles.values()].every(
      ({ number, dirty }) => number < first || number > last || !dirty.length,
    );
  }

  /** Draw what comes next in playing, at most so many columns now. Whether something is left to draw. */
  ahead(columns) {
    const next = Math.floor((this.left + this.width - 1) / WIDTH) + 1;
    let left = Math.max(GRAIN, columns - (columns % GRAIN));
    for (let number = next; number * WIDTH < this.left + 2 * this.width && left > 0; number++) {
      left -= this.draw(this.tile(number), left);
    }
    return left <= 0;
  }

  /** Draw dirty columns of a tile, at most so many; how many were drawn. */
  draw(tile, most) {
    const { scene, counter } = this;
    let drawn = 0;
    while (tile.dirty.length && drawn < most) {
      const [from, to] = tile.dirty.shift();
      const end = Math.min(to, from + most - drawn);
      if (end < to) tile.dirty.unshift([end, to]);
      drawColumns(tile.context, scene, tile.number * WIDTH, from, end);
      counter.pixels += Math.round((end - from) * scene.ratio) * tile.canvas.height;
      drawn += end - from;
    }
    return drawn;
  }

  /** Tiles far from the view go. */
  tidy(first, last) {
    const ahead = last - first + 1 + SPARE;
    for (const [number, { canvas }] of this.tiles) {
      if (number >= first - SPARE / 2 && number <= last + ahead) continue;
      canvas.remove();
      this.tiles.delete(number);
    }
  }

  /** What the tiles show now against one canvas drawn at once without them: for tests. */
  compared() {
    const { left, width, scene } = this;
    const canvases = [0, 1].map(() => document.createElement("canvas"));
    const [composed, plain] = canvases.map((canvas) => {
      canvas.width = Math.floor(width * scene.ratio);
      canvas.height = Math.round(scene.sizes.total * scene.ratio);
      return canvas.getContext("2d", { alpha: false });
    });
    for (const { number, canvas } of this.tiles.values())
      composed.drawImage(canvas, Math.round((number * WIDTH - left) * scene.ratio), 0);
    drawColumns(plain, scene, left, 0, Math.ceil(width / GRAIN) * GRAIN);
    const [a, b] = [composed, plain].map((context) => {
      const { width: columns, height } = context.canvas;
      return new Uint32Array(context.getImageData(0, 0, columns, height).data.buffer);
    });
    const differing = a.reduce((count, value, i) => count + (value !== b[i]), 0);
    return { pixels: a.length, different: differing, colours: new Set(b).size };
  }
}

const grained = (from, to) => [Math.floor(from / GRAIN) * GRAIN, Math.ceil(to / GRAIN) * GRAIN];

/** Spans in order without overlap. */
function merged(spans) {
  const out = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}
