// The sound. Positions are seconds; the file is a WAV of 16 kHz, so that a position is a sample.
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3];

/**
 * Fires "time" for each frame while playing and after each seek, "play", "pause", "rate", "failed".
 */
export class Player extends EventTarget {
  constructor(address, seconds) {
    super();
    this.seconds = seconds;
    [this.until, this.reached] = [null, false];
    this.audio = new Audio();
    Object.assign(this.audio, { preload: "auto", preservesPitch: true, src: address });
    for (const name of ["play", "pause"]) this.audio.addEventListener(name, () => this.tell(name));
    this.audio.addEventListener("ratechange", () => this.tell("rate"));
    this.audio.addEventListener("seeked", () => this.tell("time"));
    // it went on a little after the last frame
    this.audio.addEventListener("pause", () => this.tell("time"));
    this.audio.addEventListener("ended", () => this.tell("pause"));
    this.audio.addEventListener("error", () => this.tell("failed"));
    this.audio.addEventListener("play", () => this.watch());
  }

  tell(name) {
    this.dispatchEvent(new Event(name));
  }

  get time() {
    return this.audio.currentTime;
  }

  get playing() {
    return !this.audio.paused;
  }

  watch() {
    if (!this.playing) return;
    if (this.until !== null && this.time >= this.until) {
      this.reached = true; // until the next seek: it stopped where it was asked to
      this.audio.pause();
      this.until = null;
    }
    this.tell("time");
    requestAnimationFrame(() => this.watch());
  }

  seek(seconds) {
    [this.until, this.reached] = [null, false];
    this.audio.currentTime = Math.max(0, Math.min(seconds, this.seconds));
    this.tell("time");
  }

  by(seconds) {
    this.seek(this.time + seconds);
  }

  play() {
    return this.audio.play().catch((error) => {
      if (error.name !== "AbortError") this.tell("failed");
    });
  }

  pause() {
    this.audio.pause();
  }

  toggle() {
    if (this.playing) return this.pause();
    this.until = null;
    return this.play();
  }

  /** Play from a second on, up to another if given. */
  playFrom(from, until = null) {
    this.seek(from);
    this.until = until;
    return this.play();
  }

  get speed() {
    return this.audio.playbackRate;
  }

  set speed(value) {
    this.audio.playbackRate = Math.max(SPEEDS[0], Math.min(SPEEDS.at(-1), value));
  }

  /** The next speed up (1) or down (-1). */
  faster(step) {
    const above = SPEEDS.findIndex((speed) => speed > this.speed + 1e-6);
    const at = step > 0 ? above : SPEEDS.findLastIndex((speed) => speed < this.speed - 1e-6);
    if (at >= 0) this.speed = SPEEDS[at];
  }
}
