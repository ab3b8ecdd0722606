// Lowest and highest samples for drawing: from the server's pyramid, and from the sound itself
// where that is finer. Kept in blocks, of which only so many stay in memory.
import { bytes } from "../../shared/api.js";

const POINTS = 4096; // a block of the pyramid
const SAMPLES = 32768; // a block of the sound
const KEPT = 256; // blocks: at most 256 x 64 KiB
const AGAIN_MS = 1000; // until a block is asked for again that did not come
const HEADER = 44; // bytes of a WAV before its samples

/** Fires "loaded" with {from, to} in seconds when a block has come. */
export class Peaks extends EventTarget {
  /** `about`: what GET waveform gives. */
  constructor(address, sound, about) {
    super();
    Object.assign(this, {
      address,
      sound,
      rate: about.sample_rate,
      levels: about.levels,
      blocks: new Map(),
    });
    const finest = this.levels[0];
    this.samples = finest ? finest.points * finest.samples_per_point : 0;
  }

  /**
   * The level to draw at so many samples a pixel: the coarsest with at least a point a pixel; -1 is
   * the sound.
   */
  levelFor(perPixel) {
    let found = -1;
    this.levels.forEach(({ samples_per_point }, i) => {
      if (samples_per_point <= perPixel) found = i;
    });
    return found;
  }

  /** Whether nothing is on its way. */
  get settled() {
    return this.blocks.size > 0 && [...this.blocks.values()].every(({ values }) => values);
  }

  spanOf(level) {
    return level < 0 ? 1 : this.levels[level].samples_per_point;
  }

  /** A block in memory, or null while it is fetched. */
  block(level, number, fetch = true) {
    const key = `${level}/${number}`;
    const found = this.blocks.get(key);
    if (found) {
      this.blocks.delete(key); // the youngest is last
      this.blocks.set(key, found);
      return found.values;
    }
    if (!found && fetch) this.load(level, number, key);
    return null;
  }

  async load(level, number, key) {
    const entry = { values: null };
    this.blocks.set(key, entry);
    try {
      entry.values =
        level < 0 ? await this.soundBlock(number) : await this.pyramidBlock(level, number);
    } catch {
      setTimeout(() => this.blocks.delete(key), AGAIN_MS);
      return;
    }
    for (const [old, { values }] of this.blocks) {
      if (this.blocks.size <= KEPT) break;
      if (values) this.blocks.delete(old);
    }
    const size = (level < 0 ? SAMPLES : POINTS * this.spanOf(level)) / this.rate;
    this.dispatchEvent(
      new CustomEvent("loaded", {
        detail: { level, from: number * size, to: (number + 1) * size },
      }),
    );
  }

  async pyramidBlock(level, number) {
    const to = Math.min((number + 1) * POINTS, this.levels[level].points);
    return new Int8Array(
      await bytes(
        `${this.address}?level=${this.levels[level].level}&from=${number * POINTS}&to=${to}`,
      ),
    );
  }

  async soundBlock(number) {
    const from = HEADER + number * SAMPLES * 2;
    return new Int16Array(await bytes(this.sound, [from, from + SAMPLES * 2 - 1]));
  }

  /**
   * Lowest and highest of samples from..to in -1..1, into out[0], out[1]; false where it is not
   * known yet.
   */
  extremes(level, from, to, out) {
    const span = this.spanOf(level);
    const first = Math.floor(from / span);
    const end = Math.max(first + 1, Math.ceil(to / span));
    return level < 0 ? this.inSound(first, end, out) : this.inPyramid(level, first, end, out);
  }

  inPyramid(level, first, end, out) {
    let [low, high] = [127, -127];
    for (let i = Math.max(first, 0); i < Math.min(end, this.levels[level].points); i++) {
      const block = this.block(level, Math.floor(i / POINTS));
      if (!block) return false;
      const at = (i % POINTS) * 2;
      if (block[at] < low) low = block[at];
      if (block[at + 1] > high) high = block[at + 1];
    }
    return settled(out, low / 127, high / 127);
  }

  inSound(first, end, out) {
    let [low, high] = [32767, -32768];
    for (let i = Math.max(first, 0); i < Math.min(end, this.samples); i++) {
      const block = this.block(-1, Math.floor(i / SAMPLES));
      if (!block) return false;
      const value = block[i % SAMPLES] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return settled(out, low / 32768, high / 32768);
  }
}

function settled(out, low, high) {
  [out[0], out[1]] = low > high ? [0, 0] : [low, high];
  return true;
}
