// The whole recording in one strip: where one is, where notes are. Drawn once; what moves are
// elements over it.
import { gainLevel } from "./scene.js";

export class Overview {
  /** `parts`: elements {strip, canvas, window, here, pins}. */
  constructor({ model, player, peaks, timeline, parts }) {
    Object.assign(this, { model, player, peaks, timeline, ...parts });
    const seek = (event) =>
      player.seek(
        ((event.clientX - this.strip.getBoundingClientRect().left) / this.strip.clientWidth) *
          model.seconds,
      );
    this.strip.addEventListener("pointerdown", (event) => {
      this.strip.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.strip.addEventListener(
      "pointermove",
      (event) => event.buttons && this.strip.hasPointerCapture(event.pointerId) && seek(event),
    );
    timeline.addEventListener("view", () => this.show());
    player.addEventListener("time", () => this.show());
    peaks.addEventListener(
      "loaded",
      ({ detail }) =>
        (detail.level === this.level || detail.level === gainLevel(peaks)) && this.draw(),
    );
    model.addEventListener("change", ({ detail }) => detail.notes && this.pin());
    document.addEventListener("themechange", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.strip);
    this.pin();
  }

  draw() {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.strip.clientWidth, this.strip.clientHeight].map((size) =>
      Math.round(size * ratio),
    );
    if (!width) return;
    Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    context.fillStyle = getComputedStyle(this.canvas).color;
    const perColumn = (this.model.seconds * this.peaks.rate) / width;
    this.level = this.peaks.levelFor(perColumn);
    const out = [0, 0];
    for (let x = 0; x < width; x++) {
      if (!this.peaks.extremes(this.level, x * perColumn, (x + 1) * perColumn, out)) continue;
      const tall = Math.max(
        1,
        Math.min(height, ((out[1] - out[0]) / 2) * height * this.timeline.tiles.scene.gain),
      );
      context.fillRect(x, (height - tall) / 2, 1, tall);
    }
    this.show();
  }

  show() {
    const { from, to } = this.timeline.view;
    const scale = this.strip.clientWidth / this.model.seconds;
    const sign = [from, to, this.player.time].map((at) => Math.round(at * scale)).join(" ");
    if (sign === this.sign) return;
    this.sign = sign;
    this.window.style.transform = `translateX(${from * scale}px)`;
    this.window.style.width = `${Math.max(4, (Math.min(to, this.model.seconds) - from) * scale)}px`;
    this.here.style.transform = `translateX(${this.player.time * scale}px)`;
  }

  /** A mark for each note. */
  pin() {
    this.pins.replaceChildren(
      ...this.model.notes.map((note) => {
        const mark = document.createElement("i");
        mark.className = note.kind;
        mark.style.left = `${(note.start / this.model.seconds) * 100}%`;
        return mark;
      }),
    );
  }
}
