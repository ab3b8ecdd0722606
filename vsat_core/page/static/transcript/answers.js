// What the server says has changed, put into the model.
import { rows } from "./model.js";
import { Span } from "./span.js";

function place(model, row) {
  const { after, ...fields } = row;
  const before = after === null || after === undefined ? null : model.word(after);
  model.splice(before ? before.index + 1 : 0, 0, [{ ...fields, opens: false }]);
}

function same(word, row) {
  return ["text", "start", "end", "confidence", "speaker", "edited"].every(
    (key) => word[key] === row[key],
  );
}

/** Put words in and change those that are there. */
function update(model, changed, span) {
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
      span.structure = span.moved = true;
    }
    const at = model.word(row.id).index;
    span.cover(at, at + 1);
  }
}

function drop(model, ids, span) {
  for (const id of ids ?? []) {
    const word = model.word(id);
    if (!word) continue;
    span.structure = span.moved = true;
    model.splice(word.index, 1);
    span.cover(word.index, word.index + 1);
  }
}

/** Paragraphs begin at these indexes. */
function reopen(model, indexes, span) {
  if (!indexes) return;
  const firsts = new Set(indexes);
  for (const word of model.words) {
    const opens = word.index === 0 || firsts.has(word.index);
    if (word.opens === opens) continue;
    word.opens = opens;
    span.toggled.push(word.id);
    span.structure = true;
    span.cover(word.index, word.index + 1);
  }
}

/** Whether the words of an answer are here already. */
export const isHere = (model, { words = {}, removed = [] }) =>
  rows(words).every((row) => model.word(row.id) && same(model.word(row.id), row)) &&
  !removed.some((id) => model.word(id));

const text = (value) => JSON.stringify(value ?? null);

/** Take over an answer of POST edits, undo, redo, or GET edits?since. Fires one "change" if
 * anything differs. What it covers: {from, to, moved, toggled}; `moved`: words came or went,
 * `toggled`: ids of words that open a paragraph now, or did before. */
export function take(model, answer) {
  const span = Object.assign(new Span(model), { moved: false, toggled: [] });
  drop(model, answer.removed, span);
  update(model, rows(answer.words ?? {}), span);
  reopen(model, answer.paragraphs, span);
  if (answer.speakers && text(answer.speakers) !== text(model.speakers)) {
    if (answer.speakers.length !== model.speakers.length) span.turns = true;
    [model.speakers, span.speakers] = [answer.speakers, true];
  }
  if (answer.notes && text(answer.notes) !== text(model.notes))
    [model.notes, span.notes] = [answer.notes, true];
  model.revision = answer.revision ?? model.revision;
  model.canUndo = answer.can_undo ?? model.canUndo;
  model.canRedo = answer.can_redo ?? model.canRedo;
  return { ...span.tell(), moved: span.moved, toggled: span.toggled };
}
