// Waveform, lanes and playhead: which stretch is shown, and when something of it is drawn again.
import { get } from "../../shared/api.js";
import { differences } from "./lanes.js";
import { gainLevel, sceneOf } from "./scene.js";
import { Tiles } from "./tiles.js";

const LONGEST_S = 4 * 3600;
const SHORTEST_S = 1;
const SHARE = 0.0195; // of the canvas may be drawn in a frame while playing, the playhead included
const PLAYHEAD = 2; // pixels wide
const BEHIND = 0.02; // of the view is left of the playhead when the next page is shown

/** Fires "view" when another stretch is shown: {from, to} in seconds. */
export class Timeline extends EventTarget {
  /** `parts`: elements {frame, track, playhead}. */
  constructor({ model, saver, player, peaks, turns, address, parts }) {
    super();
    Object.assign(this, {
      model,
      saver,
      player,
      peaks,
      turns,
      address,
      ...parts,
      left: 0,
      head: -1,
      perSecond: 0,
      frames: 0,
    });
    this.width = this.frame.clientWidth;
    this.perSecond = this.width / Math.min(60, this.longest);
    this.tiles = new Tiles(this.track, this.scene());
    this.listen();
    this.rescale();
  }

  get longest() {
    return Math.max(SHORTEST_S, Math.min(LONGEST_S, this.model.seconds));
  }

  get counter() {
    return this.tiles.counter;
  }

  /** Whether everything in view is drawn as it will stay. */
  get complete() {
    return !this.pending && !this.drawing && this.peaks.settled && this.tiles.settled;
  }

  listen() {
    this.peaks.addEventListener("loaded", ({ detail }) => this.loaded(detail));
    this.player.addEventListener("time", () => this.moved());
    this.model.addEventListener("change", ({ detail }) => (this.stale ||= Boolean(detail.turns)));
    this.saver.addEventListener(
      "revision",
      () => this.stale && !this.saver.waiting && this.reload(),
    );
    document.addEventListener("themechange", () => this.rescale());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.rescale());
    new ResizeObserver(() => this.resized()).observe(this.frame);
  }

  scene() {
    const waveHeight = parseFloat(getComputedStyle(this.frame).getPropertyValue("--wave-height"));
    return sceneOf({
      element: this.frame,
      model: this.model,
      turns: this.turns,
      peaks: this.peaks,
      perSecond: this.perSecond,
      waveHeight,
    });
  }

  resized() {
    if (this.frame.clientWidth === this.width) return;
    const seconds = this.width / this.perSecond;
    const from = this.left / this.perSecond;
    this.width = this.frame.clientWidth;
    this.perSecond = this.width / seconds;
    this.left = from * this.perSecond;
    this.rescale();
  }

  /** Everything is drawn again, with colours, lanes and heights as they are now. */
  rescale() {
    this.tiles.scene = this.scene();
    this.frame.style.height = `${this.tiles.scene.sizes.total}px`;
    this.dispatchEvent(new Event("scene"));
    this.rezoom();
  }

  /** Everything is drawn again at another zoom. */
  rezoom() {
    this.tiles.scene.perSecond = this.perSecond;
    this.tiles.reset();
    this.scrollTo(this.left);
  }

  /**
   * Show from this pixel of the whole recording on; with `paging` what is not drawn yet is left to
   * later.
   */
  scrollTo(left, paging = false) {
    const most = Math.max(0, Math.ceil(this.model.seconds * this.perSecond) - this.width);
    const { ratio } = this.tiles.scene;
    this.left = Math.round(Math.max(0, Math.min(left, most)) * ratio) / ratio;
    this.tiles.move(this.left, this.width);
    if (!paging) this.tiles.show();
    this.placeHead();
    this.dispatchEvent(new CustomEvent("view", { detail: this.view }));
  }

  get view() {
    return { from: this.left / this.perSecond, to: (this.left + this.width) / this.perSecond };
  }

  /** `factor` times nearer; the second at pixel `x` stays where it is. */
  zoom(factor, x = null) {
    const shortest = Math.max(
      this.width / this.longest,
      Math.min(this.width / SHORTEST_S, this.perSecond * factor),
    );
    if (shortest === this.perSecond) return;
    const at = x ?? (this.head >= 0 && this.head < this.width ? this.head : this.width / 2);
    const second = (this.left + at) / this.perSecond;
    this.perSecond = shortest;
    this.left = second * this.perSecond - at;
    this.zooming ??= requestAnimationFrame(() => {
      this.zooming = null;
      if (!this.rescaling) this.rezoom();
    });
  }

  /** Show so many seconds. */
  zoomTo(seconds) {
    this.zoom(this.width / seconds / this.perSecond);
  }

  later() {
    this.rescaling ??= requestAnimationFrame(() => {
      this.rescaling = null;
      this.rescale();
    });
  }

  /** Whether all will be drawn again in the next frame. */
  get pending() {
    return Boolean(this.rescaling ?? this.zooming);
  }

  /** Scroll by pixels. */
  by(pixels) {
    this.wanted = (this.wanted ?? this.left) + pixels;
    this.scrolling ??= requestAnimationFrame(() => {
      this.scrolling = null;
      this.scrollTo(this.wanted);
      this.wanted = null;
    });
  }

  loaded({ level, from, to }) {
    const { scene } = this.tiles;
    if (level === gainLevel(this.peaks)) this.later(); // the gain is known now
    if (level !== this.peaks.levelFor(this.peaks.rate / (this.perSecond * scene.ratio))) return;
    this.tiles.spoil(Math.floor(from * this.perSecond), Math.ceil(to * this.perSecond));
    this.redraw();
  }

  /**
   * Draw what is out of date in view, once for all that happened in this frame; while playing
   * `played` does it.
   */
  redraw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      if (!this.player.playing) this.tiles.show();
    });
  }

  secondAt(x) {
    return Math.min(this.model.seconds, (this.left + x) / this.perSecond);
  }

  moved() {
    if (this.player.playing) this.played();
    else if (this.player.until === null) this.reveal(this.player.time);
    this.placeHead();
    if (!this.player.playing && !this.tiles.settled) this.redraw();
  }

  /** A frame of playing: one page is shown after the other, and what comes next is drawn before it
   * is needed, a little in each frame. */
  played() {
    this.frames++;
    const at = this.player.time * this.perSecond;
    if (at - this.left > this.width - 2 || at - this.left < -2)
      this.scrollTo(at - this.width * BEHIND, true);
    const { sizes, ratio } = this.tiles.scene;
    const all = Math.floor(this.width * ratio) * Math.round(sizes.total * ratio);
    const [now, end] = [Math.max(this.left, Math.floor(at)), this.left + this.width];
    const left = this.tiles.fill(now, end + this.width, SHARE * all - this.headPixels);
    if (left > 0) this.tiles.fill(this.left, now, left);
  }

  /** What moving the playhead touches: where it was and where it is. */
  get headPixels() {
    const { sizes, ratio } = this.tiles.scene;
    return Math.round(2 * PLAYHEAD * ratio * sizes.total * ratio);
  }

  /** Bring a second into view. */
  reveal(second) {
    const x = second * this.perSecond - this.left;
    if (x < 0 || x >= this.width) this.scrollTo(second * this.perSecond - this.width * 0.25);
  }

  placeHead() {
    const x = Math.round(this.player.time * this.perSecond - this.left);
    if (x === this.head) return;
    this.head = x;
    this.playhead.style.transform = `translateX(${x}px)`;
    this.counter.pixels += this.headPixels;
  }

  /** Turns as they are after a correction; only where they differ is drawn again. */
  async reload() {
    this.stale = false;
    const turns = await get(`${this.address}/turns`).catch(() => null);
    if (!turns) return;
    const before = this.tiles.scene.sizes.total;
    const spans = differences(this.turns, turns);
    this.turns = turns;
    const scene = this.scene();
    if (scene.sizes.total !== before) return this.rescale();
    Object.assign(this.tiles.scene, { lanes: scene.lanes });
    for (const [from, to] of spans)
      this.tiles.spoil(Math.floor(from * this.perSecond) - 1, Math.ceil(to * this.perSecond) + 2);
    this.redraw();
  }
}
