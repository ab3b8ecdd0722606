// What can be undone and redone here at once: for each batch of corrections, the words around each
// of its operations as they were before. What was corrected before the page was opened, or by
// others, only the server can take back.
import { applied, isLocal, needs } from "./operations.js";
import { Span } from "./span.js";

const KEPT = 1000; // batches

const copied = ({ index, ...word }) => ({ ...word });

/**
 * Of a word that is still there only what has changed: the server may have more to say about the
 * rest.
 */
function changedOf(model, row) {
  const word = model.word(row.id);
  if (!word) return row;
  const changed = Object.keys(row).filter((key) => row[key] !== word[key]);
  return Object.fromEntries(["id", "opens", ...changed].map((key) => [key, row[key]]));
}

/**
 * The words of an operation and their neighbours, which may open a paragraph after it: {at, rows}.
 */
function around(model, operation) {
  const known = needs(operation).map((id) => model.word(id)?.index);
  const indexes = known.filter((index) => index !== undefined);
  if (operation.after === null) indexes.push(0);
  if (!indexes.length) return { at: 0, rows: [] };
  const at = Math.max(0, Math.min(...indexes) - 1);
  return { at, rows: model.words.slice(at, Math.max(...indexes) + 2).map(copied) };
}

/** Put the words, speakers and notes of an exchange in the place of what is there. Gives the
 * exchange that turns it round. */
function exchanged(model, { at, count, rows, speakers, notes }, span) {
  const before = model.words.slice(at, at + count).map(copied);
  const facts = { speakers: speakers && model.speakers, notes: notes && model.notes };
  model.exchange(at, count, rows);
  const back = {
    at,
    count: rows.length,
    rows: before.map((row) => changedOf(model, row)),
    ...facts,
  };
  if (count || rows.length) span.cover(at, at + rows.length);
  span.structure ||= count !== rows.length || rows.some((row, i) => row.opens !== before[i].opens);
  span.turns ||= back.rows.some((row) => "speaker" in row);
  for (const [name, value] of Object.entries({ speakers, notes })) {
    if (value) [model[name], span[name]] = [value, true];
  }
  return back;
}

/** The id of the first word of an exchange that was another one, or of the one at its place; null
 * if there is none. */
function touchedBy(model, { at, count, rows }) {
  if (!count && !rows.length) return null;
  const isOther = (row, i) => row.id !== model.words[at + i]?.id || Object.keys(row).length > 2;
  const first = rows.findIndex(isOther);
  const place = at + (first < 0 ? rows.length : first);
  return model.words[Math.min(place, model.words.length - 1)]?.id ?? null;
}

export class History {
  constructor(model) {
    this.model = model;
    this.reset();
  }

  /** The server alone knows now: after the changes of others, and in the beginning. `waiting`: it
   * will have more. */
  reset(waiting = false) {
    [this.done, this.undone] = [[], []];
    [this.before, this.after] = [this.model.canUndo || waiting, this.model.canRedo];
  }

  /** Say in the model whether there is something to undo and redo; `answer` is the server's, if
   * nothing waits. */
  show(answer = null) {
    if (answer && !this.done.length) this.before = answer.can_undo ?? this.before;
    if (answer && !this.undone.length) this.after = answer.can_redo ?? this.after;
    this.model.canUndo = this.done.length > 0 || this.before;
    this.model.canRedo = this.undone.length > 0 || this.after;
  }

  /** Apply operations that are undone together. Gives {operations, created, exchanges, toggled,
   * local}: `created` are the provisional ids of new words by operation. */
  do(operations) {
    const { model } = this;
    const span = new Span(model);
    const batch = {
      operations,
      created: [],
      exchanges: [],
      toggled: [],
      local: operations.every(isLocal),
    };
    for (const operation of operations) {
      const { at, rows } = around(model, operation);
      const { speakers, notes } = model;
      const length = model.words.length;
      batch.created.push(applied(model, operation, span));
      const exchange = { at, count: rows.length + model.words.length - length };
      exchange.rows = rows.map((row) => changedOf(model, row));
      if (model.speakers !== speakers) exchange.speakers = speakers;
      if (model.notes !== notes) exchange.notes = notes;
      batch.exchanges.push(exchange);
    }
    this.push(this.done, batch);
    [this.undone, this.after] = [[], false];
    this.show();
    span.tell();
    return batch;
  }

  push(list, batch) {
    list.push(batch);
    if (list.length <= KEPT) return;
    list.shift();
    if (list === this.done) this.before = true;
  }

  /** Whether there is something to undo or redo. */
  has(kind) {
    return kind === "undo" ? this.model.canUndo : this.model.canRedo;
  }

  /** Move the last batch to the other list, and undo or redo it where that can be done here. Gives
   * {batch, touched, local}. */
  step(kind) {
    const [from, to] = kind === "undo" ? [this.done, this.undone] : [this.undone, this.done];
    const batch = from.pop() ?? { local: false };
    this.push(to, batch);
    const touched = batch.local ? this.turn(batch, kind) : null;
    this.show();
    return { batch, touched, local: batch.local };
  }

  /** Exchange all of a batch; the word where it was last changed. */
  turn(batch, kind) {
    const { model } = this;
    const { exchanges } = batch;
    const span = new Span(model);
    if (kind === "undo") this.toggle(batch, span);
    const order = exchanges.map((_, i) => (kind === "undo" ? exchanges.length - 1 - i : i));
    for (const i of order) exchanges[i] = exchanged(model, exchanges[i], span);
    if (kind === "redo") this.toggle(batch, span);
    span.tell();
    return touchedBy(model, exchanges[order.at(-1)]);
  }

  /** Paragraphs that the server found elsewhere after a batch. */
  toggle({ toggled }, span) {
    for (const word of toggled.map((id) => this.model.word(id)).filter(Boolean)) {
      word.opens = !word.opens;
      span.structure = true;
      span.cover(word.index, word.index + 1);
    }
  }
}
