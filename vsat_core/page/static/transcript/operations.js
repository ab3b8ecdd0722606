// Each edit operation on the model at once, before the server has answered; its answer then
// overrides.
let made = 0;

/** An id for a word that the server has not named yet. */
const provisional = () => `new:${++made}`;

/** The words and notes that an operation needs, by id. */
export const needs = ({ word, after, words = [], note }) =>
  [word, after, note, ...words].filter((id) => id !== undefined && id !== null);

/**
 * The operation with ids that the server gave in place of provisional ones; lists and single ids.
 */
export function resolved(operation, names) {
  const one = (id) => names.get(id) ?? id;
  const copy = { ...operation };
  for (const key of ["word", "after", "note"]) if (key in copy) copy[key] = one(copy[key]);
  if (Array.isArray(copy.words)) copy.words = copy.words.map(one);
  return copy;
}

/** Words of a text between two times, each with a share of the time by its length. */
function shared(texts, start, end, like) {
  const { known, ...rest } = like;
  const total = texts.reduce((sum, text) => sum + text.length, 0) || 1;
  let at = start;
  return texts.map((text) => {
    const until = at + ((end - start) * text.length) / total;
    const more = { text, start: at, end: until, edited: true, confidence: null };
    at = until;
    return { ...rest, id: provisional(), opens: false, ...more };
  });
}

function replace(model, { word: id, text }, span) {
  const word = model.word(id);
  if (!word) return;
  Object.assign(word, { text, edited: true });
  span.cover(word.index, word.index + 1);
}

function insert(model, { after, text }, span) {
  const before = after === null ? null : model.word(after);
  const at = before ? before.index + 1 : 0;
  const next = model.words[at];
  const like = before ?? next ?? { speaker: 0 };
  const start = before?.end ?? 0;
  const end = Math.max(start, Math.min(next?.start ?? start, start + 1));
  const added = shared(text.split(/\s+/u), start, end, like);
  model.splice(at, 0, added);
  if (!before && next) [added[0].opens, next.opens] = [true, false];
  span.structure = true;
  span.cover(at, at + added.length + 1);
  return added.map((word) => word.id);
}

function remove(model, { words }, span) {
  span.structure = true;
  for (const { index } of words.map((id) => model.word(id)).filter(Boolean)) {
    model.splice(index, 1);
    span.cover(index, index + 1); // the next one may open a paragraph now
  }
}

function split(model, { word: id, at }, span) {
  const word = model.word(id);
  if (!word) return;
  const signs = [...word.text];
  const texts = [signs.slice(0, at).join(""), signs.slice(at).join("")];
  const [first, second] = shared(texts, word.start, word.end, word);
  model.splice(word.index + 1, 0, [second]);
  Object.assign(word, { text: first.text, end: first.end, edited: true });
  span.structure = true;
  span.cover(word.index, word.index + 2);
  return [second.id];
}

function merge(model, { words }, span) {
  const all = words.map((id) => model.word(id)).filter(Boolean);
  const first = all[0];
  if (all.length < 2) return;
  const text = all.map((word) => word.text).join("");
  Object.assign(first, { text, end: Math.max(...all.map((word) => word.end)), edited: true });
  for (const word of all.slice(1).reverse()) model.splice(word.index, 1);
  span.structure = true;
  span.cover(first.index, first.index + 2);
}

function rename_speaker(model, { speaker, name }, span) {
  model.speakers = model.speakers.map((s) => (s.id === speaker ? { ...s, name } : s));
  span.speakers = true;
}

function reassign(model, { words, speaker }, span) {
  const to = model.speakers.findIndex((s) => s.id === speaker);
  if (to < 0) return; // a new speaker: the server names it
  const all = words.map((id) => model.word(id)).filter(Boolean);
  for (const word of all) word.speaker = to;
  for (const { index } of all) {
    span.cover(index, index + 2);
    for (const i of [index, index + 1]) {
      if (i > 0 && i < model.words.length && model.words[i].speaker !== model.words[i - 1].speaker)
        model.words[i].opens = true;
    }
  }
  Object.assign(span, { structure: true, turns: true });
}

function note(model, { op, start, text }, span) {
  const added = { id: provisional(), start, text, kind: op };
  model.notes = [...model.notes, added].sort((a, b) => a.start - b.start);
  span.notes = true;
}

function remove_note(model, { note: id }, span) {
  model.notes = model.notes.filter((other) => other.id !== id);
  span.notes = true;
}

const OPERATIONS = {
  replace,
  insert,
  delete: remove,
  split,
  merge,
  rename_speaker,
  reassign,
  note,
  bookmark: note,
  remove_note,
};

/**
 * Apply one operation to the model and add what it covers to `span`; the provisional ids of new
 * words.
 */
export const applied = (model, operation, span) =>
  OPERATIONS[operation.op]?.(model, operation, span) ?? [];

/** Whether `applied` does all of an operation: others, and new speakers, wait for the server. */
export const isLocal = ({ op, speaker }) =>
  op in OPERATIONS && !(op === "reassign" && speaker === null);
