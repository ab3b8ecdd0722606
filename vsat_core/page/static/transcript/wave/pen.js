// Fills rectangles and texts of some columns of a canvas, and counts the device pixels that it
// touches. Without a canvas it only counts.
export class Pen {
  /** Device pixels from..to of a context's width, `height` of its height. */
  constructor(context, from, to, height) {
    Object.assign(this, { context, from, to, height, pixels: 0 });
  }

  set colour(value) {
    if (this.context) this.context.fillStyle = value;
  }

  /** The part of a stretch that is inside: how wide, and where it begins. */
  inside(x, width) {
    const left = Math.max(x, this.from);
    return [Math.max(0, Math.min(x + width, this.to) - left), left];
  }

  rect(x, y, width, height) {
    const [wide, left] = this.inside(x, width);
    if (!wide) return;
    this.pixels += wide * height;
    this.context?.fillRect(left, y, wide, height);
  }

  clear() {
    this.pixels += (this.to - this.from) * this.height;
    this.context?.clearRect(this.from, 0, this.to - this.from, this.height);
  }

  /** A text `width` wide at most and `size` high, with its middle at `y`. */
  text(text, x, y, width, size) {
    const [wide] = this.inside(x, width);
    if (!wide) return;
    this.pixels += wide * size;
    if (!this.context) return;
    this.context.save();
    this.context.beginPath();
    this.context.rect(this.from, 0, this.to - this.from, this.height);
    this.context.clip();
    this.context.fillText(text, x, y);
    this.context.restore();
  }
}
