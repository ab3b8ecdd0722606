// The timeline in tiles: canvases next to each other that move together. A tile knows which of its
// columns are blank or out of date, and only those are drawn. `counter.pixels` counts every device
// pixel that is touched.
import { drawColumns, isKnown } from "./drawing.js";

export const WIDTH = 256; // CSS pixels of a tile
const SPARE = 8; // tiles kept that are not in view
// pixels from the origin: browsers place elements in steps that grow with the distance
const FAR = 1 << 20;
const [DRAWN, BLANK, OLD] = [0, 1, 2]; // states of a tile's cells

/**
 * Columns are drawn in cells of so many, so that parts end on whole device pixels at ratios like
 * 1.25.
 */
const grainOf = (ratio) => (Number.isInteger(ratio) ? 1 : 4);

class Tile {
  constructor(number, canvas, grain, state) {
    const cells = new Uint8Array(WIDTH / grain).fill(state);
    Object.assign(this, { number, canvas, grain, cells, wanting: cells.length });
    this.context = canvas.getContext("2d");
  }

  /** What is drawn of columns from..to is out of date. */
  spoil(from, to) {
    const first = Math.max(0, Math.floor((from - this.number * WIDTH) / this.grain));
    const end = Math.min(this.cells.length, Math.ceil((to - this.number * WIDTH) / this.grain));
    for (let i = first; i < end; i++) {
      if (this.cells[i] !== DRAWN) continue;
      this.cells[i] = OLD;
      this.wanting++;
    }
  }

  /** Runs of cells first..end in one state that are to be drawn: [state, from, to]. */
  *runs(first = 0, end = this.cells.length, longest = end) {
    let from = first;
    while (from < end) {
      const state = this.cells[from];
      let to = from + 1;
      while (to < end && this.cells[to] === state && to - from < longest) to++;
      if (state !== DRAWN) yield [state, from, to];
      from = to;
    }
  }

  /** Draw cells from..to; the number of pixels. With `dry` they are only counted. */
  draw(scene, state, from, to, dry = false) {
    const { grain, number } = this;
    const area = {
      origin: number * WIDTH,
      from: from * grain,
      to: to * grain,
      clear: state === OLD,
    };
    const pixels = drawColumns(dry ? null : this.context, scene, area);
    if (dry) return pixels;
    this.cells.fill(DRAWN, from, to);
    this.wanting -= to - from;
    return pixels;
  }
}

export class Tiles {
  constructor(holder, scene) {
    Object.assign(this, { holder, scene, tiles: new Map(), spare: [], base: 0, left: 0, width: 0 });
    this.counter = { pixels: 0, tiles: 0 };
  }

  /** All is drawn again: another zoom, other colours or another size. */
  reset() {
    for (const { canvas } of this.tiles.values()) canvas.remove();
    this.spare = [...this.tiles.values()].map(({ canvas }) => canvas);
    this.tiles.clear();
  }

  tile(number) {
    let tile = this.tiles.get(number);
    if (tile) return tile;
    const { ratio, sizes } = this.scene;
    const [width, height] = [Math.round(WIDTH * ratio), Math.round(sizes.total * ratio)];
    const used = this.spare.pop();
    const canvas = used ?? document.createElement("canvas");
    const fits = canvas.width === width && canvas.height === height;
    if (!fits) Object.assign(canvas, { width, height });
    canvas.style.width = `${WIDTH}px`;
    canvas.style.height = `${sizes.total}px`;
    canvas.style.left = `${number * WIDTH - this.base}px`;
    tile = new Tile(number, canvas, grainOf(ratio), used && fits ? OLD : BLANK);
    this.tiles.set(number, tile);
    this.holder.append(canvas);
    this.counter.tiles++;
    return tile;
  }

  /** Columns from..to of the whole recording are out of date. */
  spoil(from, to) {
    for (const tile of this.tiles.values()) tile.spoil(from, to);
  }

  /** Columns left..left+width are in view from now on. */
  move(left, width) {
    Object.assign(this, { left, width });
    if (Math.abs(left - this.base) > FAR || (left < FAR && this.base)) this.rebase();
    this.holder.style.transform = `translateX(${this.base - left}px)`;
    const [first, last] = this.inView;
    for (let number = first; number <= last; number++) this.tile(number);
    this.tidy(first, last);
  }

  rebase() {
    this.base = this.left < FAR ? 0 : Math.floor(this.left / WIDTH) * WIDTH;
    for (const { number, canvas } of this.tiles.values())
      canvas.style.left = `${number * WIDTH - this.base}px`;
  }

  get inView() {
    return [Math.floor(this.left / WIDTH), Math.floor((this.left + this.width - 1) / WIDTH)];
  }

  /** Draw all in view that is blank or out of date. */
  show() {
    const [first, last] = this.inView;
    for (let number = first; number <= last; number++) {
      const tile = this.tile(number);
      for (const [state, from, to] of tile.wanting ? [...tile.runs()] : [])
        this.counter.pixels += tile.draw(this.scene, state, from, to);
    }
    this.spare = [];
  }

  get settled() {
    const [first, last] = this.inView;
    const isDone = ({ number, wanting }) => number < first || number > last || !wanting;
    return [...this.tiles.values()].every(isDone);
  }

  /** Draw columns from..to in their order, as far as they are known, with at most so many pixels.
   * Gives how many are left. */
  fill(from, to, most) {
    let left = most;
    for (let number = Math.floor(from / WIDTH); number * WIDTH < to && left > 0; number++) {
      const tile = this.tile(number);
      const { grain } = tile;
      const end = Math.min(tile.cells.length, Math.ceil((to - number * WIDTH) / grain));
      const first = Math.max(0, Math.floor((from - number * WIDTH) / grain));
      for (const [state, cell, next] of tile.wanting ? tile.runs(first, end, 1) : []) {
        const column = number * WIDTH + cell * grain;
        if (!isKnown(this.scene, column, column + grain)) return 0;
        if (tile.draw(this.scene, state, cell, next, true) > left) return 0;
        const pixels = tile.draw(this.scene, state, cell, next);
        this.counter.pixels += pixels;
        left -= pixels;
      }
    }
    return left;
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
      return canvas.getContext("2d");
    });
    for (const { number, canvas } of this.tiles.values())
      composed.drawImage(canvas, Math.round((number * WIDTH - left) * scene.ratio), 0);
    drawColumns(plain, scene, { origin: left, from: 0, to: Math.ceil(width / 4) * 4 });
    const [a, b] = [composed, plain].map((context) => {
      const { width: columns, height } = context.canvas;
      return new Uint32Array(context.getImageData(0, 0, columns, height).data.buffer);
    });
    const differing = a.reduce((count, value, i) => count + (value !== b[i]), 0);
    return { pixels: a.length, different: differing, colours: new Set(b).size };
  }
}
