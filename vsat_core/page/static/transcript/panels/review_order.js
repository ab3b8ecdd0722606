// The order of review: words with a confidence that nobody corrected or confirmed, the least
// confident first. It is kept up to date from what each change covers, since ranking a long
// transcript takes longer than a frame.

const MOST = 500; // words that changes cover; above that all are ranked again

const order = (a, b) => a.confidence - b.confidence || a.index - b.index;

export class ReviewOrder {
  constructor(model) {
    Object.assign(this, { model, changed: new Set(), gone: false });
    this.rank();
  }

  /** Words from..to were changed, came back or were put in; any may have gone. */
  note({ from, to, structure }) {
    this.gone ||= Boolean(structure);
    if (to - from > MOST) this.ranked = null;
    else for (const word of this.model.words.slice(from, to)) this.changed.add(word);
  }

  /** In order, all changes taken in. */
  get words() {
    if (!this.ranked || this.changed.size > MOST) this.rank();
    else this.update();
    this.changed.clear();
    this.gone = false;
    return this.ranked;
  }

  belongs(word) {
    const { index, edited, confidence } = word;
    return !edited && typeof confidence === "number" && this.model.words[index] === word;
  }

  rank() {
    this.ranked = this.model.words.filter((word) => this.belongs(word)).sort(order);
  }

  update() {
    if (this.gone) this.ranked = this.ranked.filter((word) => this.belongs(word));
    for (const word of this.changed) {
      const at = this.ranked.indexOf(word);
      if (at >= 0) this.ranked.splice(at, 1);
      if (this.belongs(word)) this.ranked.splice(this.placeOf(word), 0, word);
    }
  }

  placeOf(word) {
    let [low, high] = [0, this.ranked.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(this.ranked[middle], word) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
