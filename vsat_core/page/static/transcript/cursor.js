// The word that keys act on, and words chosen with it. Fires "move" with {word, byUser}.
import { lastBelow } from "./lines.js";

export class Cursor extends EventTarget {
  constructor(model, view) {
    super();
    Object.assign(this, { model, view, id: null, anchor: null });
    model.addEventListener("change", () => this.keep());
  }

  get word() {
    return this.id === null ? null : this.model.word(this.id);
  }

  /** The words chosen, in order: at least the one at the cursor. */
  get words() {
    const { word } = this;
    const anchor = this.anchor === null ? word : this.model.word(this.anchor);
    if (!word) return [];
    const [from, to] = [word.index, (anchor ?? word).index].sort((a, b) => a - b);
    return this.model.words.slice(from, to + 1);
  }

  /** After words went: the one now at that place. */
  keep() {
    if (this.word) {
      this.place = this.word.index;
      return;
    }
    const { words } = this.model;
    if (this.id !== null && words.length)
      this.to(words[Math.min(this.place ?? 0, words.length - 1)], { reveal: false });
  }

  /** Go to a word. `extend` keeps the other end of what is chosen. */
  to(word, { extend = false, reveal = true, byUser = false } = {}) {
    if (!word) return;
    if (extend) this.anchor ??= this.id;
    else this.anchor = null;
    [this.id, this.place] = [word.id, word.index];
    const { words } = this;
    this.view.mark("at", [word.id]);
    this.view.mark("chosen", words.length > 1 ? words.map((other) => other.id) : []);
    if (reveal) this.view.reveal(word.index);
    this.dispatchEvent(new CustomEvent("move", { detail: { word, byUser } }));
  }

  /** By words; past the ends it stays. */
  by(step, how = {}) {
    const { words } = this.model;
    const from = this.word ? this.word.index + step : (this.view.topWord()?.word.index ?? 0);
    this.to(words[Math.max(0, Math.min(words.length - 1, from))], { ...how, byUser: true });
  }

  /** By lines, keeping the place in the line. */
  byLines(step, how = {}) {
    const { lines } = this.view.layout;
    if (!this.word || !lines.length) return this.by(0, how);
    const here = lastBelow(lines, this.word.index, "first");
    const there = lines[Math.max(0, Math.min(lines.length - 1, here + step))];
    this.column ??= this.middle(this.word);
    const column = this.column;
    let best = there.first;
    this.view.reveal(best);
    for (let i = there.first; i < there.end; i++) {
      if (
        Math.abs(this.middle(this.model.words[i]) - column) <
        Math.abs(this.middle(this.model.words[best]) - column)
      )
        best = i;
    }
    this.to(this.model.words[best], { ...how, byUser: true });
    this.column = column;
  }

  /**
   * Where the middle of a word is, in pixels from the left of the window; NaN-free also out of
   * view.
   */
  middle(word) {
    const span = this.view.span(word.id);
    return span ? span.offsetLeft + span.offsetWidth / 2 : 0;
  }
}
