// What the server says has changed, put into the model.
import { rows } from "./model.js";

function place(model, row) {
  const { after, ...fields } = row;
  const before = after === null || after === undefined ? null : model.word(after);
  model.splice(before ? before.index + 1 : 0, 0, [{ ...fields, opens: false }]);
}

function same(word, row) {
  return ["text", "start", "end", "confidence", "speaker", "edited"].every((key) => word[key] === row[key]);
}

/** Put words in; the lowest and highest index that changed, and whether words came. */
function update(model, changed) {
  const span = { from: Infinity, to: -1, structure: false };
  for (const row of changed) {
    const word = model.word(row.id);
    if (word && same(word, row)) continue;
    if (word) {
      if (word.speaker !== row.speaker) span.turns = true;
      const { id, after, index, opens, ...fields } = row;
      if (word.start !== row.start) model.sorted = null;
      Object.assign(word, fields);
    } else {
      place(model, row);
      span.structure = true;
    }
    const at = model.word(row.id).index;
    span.from = Math.min(span.from, at);
    span.to = Math.max(span.to, at + 1);
  }
  return span;
}

function drop(model, ids, span) {
  for (const id of ids ?? []) {
    const word = model.word(id);
    if (!word) continue;
    span.from = Math.min(span.from, word.index);
    span.to = Math.max(span.to, word.index);
    span.structure = true;
    model.splice(word.index, 1);
  }
}

/** Whether paragraphs begin elsewhere now. */
function reopen(model, indexes) {
  if (!indexes) return false;
  const firsts = new Set(indexes);
  let differs = false;
  for (const word of model.words) {
    const opens = word.index === 0 || firsts.has(word.index);
    if (word.opens !== opens) differs = true;
    word.opens = opens;
  }
  return differs;
}

const text = (value) => JSON.stringify(value ?? null);

/** Take over an answer of POST edits, undo, redo, or GET edits?since. Fires one "change" if anything differs.
 * The words that came with it, by index: {from, to}. */
export function take(model, answer) {
  const span = { from: Infinity, to: -1, structure: false };
  drop(model, answer.removed, span);
  const updated = update(model, rows(answer.words ?? {}));
  span.from = Math.min(span.from, updated.from);
  span.to = Math.max(span.to, updated.to);
  span.structure ||= updated.structure;
  span.turns = Boolean(updated.turns);
  if (reopen(model, answer.paragraphs)) span.structure = true;
  if (answer.speakers && text(answer.speakers) !== text(model.speakers)) {
    if (answer.speakers.length !== model.speakers.length) span.turns = true;
    [model.speakers, span.speakers] = [answer.speakers, true];
  }
  if (answer.notes && text(answer.notes) !== text(model.notes))
    [model.notes, span.notes] = [answer.notes, true];
  model.revision = answer.revision ?? model.revision;
  model.canUndo = answer.can_undo ?? model.canUndo;
  model.canRedo = answer.can_redo ?? model.canRedo;
  if (span.from > span.to) [span.from, span.to] = [0, 0];
  if (span.to > 0 || span.structure || span.speakers || span.notes) model.changed(span);
  return span;
}
