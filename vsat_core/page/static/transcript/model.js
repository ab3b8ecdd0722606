// The transcript in memory: words in order, speakers, notes. Nothing here knows of the screen or
// the server. A word: {id, text, start, end, confidence, speaker, edited, opens, index}; `opens`
// begins a paragraph.
import { STOPS } from "./script.js";

const COLUMNS = ["id", "text", "start", "end", "confidence", "speaker", "edited"];

/** Rows from columns of equal length. */
export function rows(columns) {
  const n = columns.id?.length ?? 0;
  const names = [...COLUMNS, "after"].filter((name) => columns[name]);
  const made = new Array(n);
  for (let i = 0; i < n; i++) {
    const row = { opens: false, index: i };
    for (const name of names) row[name] = columns[name][i];
    made[i] = row;
  }
  return made;
}

/** Fires "change" with {from, to, structure, speakers, notes}: words from..to were changed or put
 * in; `structure`: words came or went, or paragraphs changed. */
export class Transcript extends EventTarget {
  constructor(data) {
    super();
    this.load(data);
  }

  load(data) {
    this.seconds = data.seconds;
    this.language = data.language ?? "und";
    this.revision = data.revision;
    this.speakers = data.speakers;
    this.notes = data.notes ?? [];
    this.unclear = data.unclear ?? [];
    this.canUndo = Boolean(data.can_undo);
    this.canRedo = Boolean(data.can_redo);
    this.words = rows(data.words);
    this.byId = new Map(this.words.map((word) => [word.id, word]));
    this.names = new Map(); // the server's ids of words that were made here
    this.sorted = null;
    this.open(data.paragraphs);
  }

  word(id) {
    return this.byId.get(id) ?? null;
  }

  /** Take `count` words out at an index and put others in. */
  splice(at, count, added = []) {
    const gone = this.words.splice(at, count, ...added);
    for (const { id } of gone) for (const key of [id, this.names.get(id)]) this.byId.delete(key);
    for (const word of added) this.register(word);
    for (let i = at; i < this.words.length; i++) this.words[i].index = i;
    if (gone[0]?.opens && !added.length && this.words[at]) this.words[at].opens = true;
    this.sorted = null;
    return gone;
  }

  /** Words as they were in the place of `count` others; those that stay are the same objects. */
  exchange(at, count, rows) {
    const now = this.words.slice(at, at + count);
    const known = new Map(now.map((word) => [word.id, word]));
    const words = rows.map((row) => Object.assign(known.get(row.id) ?? {}, row));
    this.sorted = null;
    if (now.length === words.length && now.every((word, i) => word === words[i])) return;
    this.splice(at, count, words);
  }

  register(word) {
    this.byId.set(word.id, word);
    if (this.names.has(word.id)) this.byId.set(this.names.get(word.id), word);
  }

  /** A word made here is known to the server by another id; here it keeps its own. */
  alias(id, known) {
    this.names.set(id, known);
    if (this.byId.has(id)) this.byId.set(known, this.byId.get(id));
  }

  /** Paragraphs begin at these indexes. */
  open(indexes) {
    for (const word of this.words) word.opens = false;
    for (const i of indexes) if (this.words[i]) this.words[i].opens = true;
    if (this.words[0]) this.words[0].opens = true;
  }

  changed(detail) {
    this.dispatchEvent(new CustomEvent("change", { detail: { from: 0, to: 0, ...detail } }));
  }

  /** The words by time: an array of words, ordered by start. */
  byTime() {
    this.sorted ??= [...this.words].sort((a, b) => a.start - b.start);
    return this.sorted;
  }

  /** The last word that begins at or before a time, or null. */
  wordAt(time) {
    const words = this.byTime();
    let [low, high] = [0, words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (words[middle].start <= time + 1e-6) low = middle + 1;
      else high = middle;
    }
    return low ? words[low - 1] : null;
  }

  /** [first, end) of the sentence around a word; it never leaves the turn. */
  sentence(index) {
    let [from, to] = this.turn(index);
    for (let i = index - 1; i >= from; i--) {
      if (!STOPS.test(this.words[i].text)) continue;
      from = i + 1;
      break;
    }
    for (let i = index; i < to; i++) {
      if (!STOPS.test(this.words[i].text)) continue;
      to = i + 1;
      break;
    }
    return [from, to];
  }

  /** [first, end) of the words in a row by the speaker of this word. */
  turn(index) {
    const speaker = this.words[index].speaker;
    let [from, to] = [index, index + 1];
    while (from > 0 && this.words[from - 1].speaker === speaker) from--;
    while (to < this.words.length && this.words[to].speaker === speaker) to++;
    return [from, to];
  }

  speakerOf(word) {
    return this.speakers[word.speaker] ?? { id: null, name: "Unknown speaker", colour_index: 7 };
  }
}
