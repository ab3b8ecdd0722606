// What a change covers. Words may come and go before a place that was covered earlier, so the end
// is kept as its distance from the last word.

export class Span {
  constructor(model) {
    Object.assign(this, { model, from: Infinity, tail: Infinity });
    Object.assign(this, { structure: false, speakers: false, notes: false, turns: false });
  }

  /** Words from..to, by their index now. */
  cover(from, to) {
    const { length } = this.model.words;
    this.from = Math.max(0, Math.min(this.from, from));
    this.tail = Math.max(0, Math.min(this.tail, length - to));
  }

  get empty() {
    return this.from === Infinity;
  }

  /** As the event "change" of a transcript tells it. */
  get detail() {
    const { structure, speakers, notes, turns } = this;
    const to = this.empty ? 0 : this.model.words.length - this.tail;
    const from = this.empty ? 0 : Math.min(this.from, to);
    return { from, to, structure, speakers, notes, turns };
  }

  /** Fire that event, if anything has changed. */
  tell() {
    const { detail } = this;
    if (!this.empty || detail.structure || detail.speakers || detail.notes)
      this.model.changed(detail);
    return detail;
  }
}
