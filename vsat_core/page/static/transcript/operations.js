// Each edit operation on the model at once, before the server has answered; its answer then overrides.
let made = 0;

/** An id for a word that the server has not named yet. */
export const provisional = () => `new:${++made}`;
export const isProvisional = (id) => typeof id === "string" && id.startsWith("new:");

function touch(model, from, to, more = {}) {
  model.changed({ from, to, ...more });
}

/** Words of a text between two times, each with a share of the time by its length. */
function shared(texts, start, end, like) {
  const total = texts.reduce((sum, text) => sum + text.length, 0) || 1;
  let at = start;
  return texts.map((text) => {
    const until = at + ((end - start) * text.length) / total;
    const word = {
      ...like,
      id: provisional(),
      text,
      start: at,
      end: until,
      opens: false,
      edited: true,
      confidence: null,
    };
    at = until;
    return word;
  });
}

function replace(model, { word: id, text }) {
  const word = model.word(id);
  if (!word) return;
  Object.assign(word, { text, edited: true });
  touch(model, word.index, word.index + 1);
}

function insert(model, { after, text }) {
  const before = after === null ? null : model.word(after);
  const at = before ? before.index + 1 : 0;
  const next = model.words[at];
  const like = before ?? next ?? { speaker: 0 };
  const start = before?.end ?? 0;
  const added = shared(
    text.split(/\s+/u),
    start,
    Math.max(start, Math.min(next?.start ?? start, start + 1)),
    like,
  );
  model.splice(at, 0, added);
  if (!before && next) [added[0].opens, next.opens] = [true, false];
  touch(model, at, at + added.length, { structure: true });
  return added.map((word) => word.id);
}

function remove(model, { words }) {
  const indexes = words.map((id) => model.word(id)?.index).filter((i) => i !== undefined);
  for (const at of indexes.sort((a, b) => b - a)) model.splice(at, 1);
  touch(model, Math.min(...indexes), Math.min(...indexes), { structure: true });
}

function split(model, { word: id, at }) {
  const word = model.word(id);
  if (!word) return;
  const signs = [...word.text];
  const texts = [signs.slice(0, at).join(""), signs.slice(at).join("")];
  const [first, second] = shared(texts, word.start, word.end, word);
  model.splice(word.index + 1, 0, [second]);
  Object.assign(word, { text: first.text, end: first.end, edited: true });
  touch(model, word.index, word.index + 2, { structure: true });
  return [second.id];
}

function merge(model, { words }) {
  const all = words.map((id) => model.word(id)).filter(Boolean);
  const first = all[0];
  if (all.length < 2) return;
  const text = all.map((word) => word.text).join("");
  Object.assign(first, { text, end: Math.max(...all.map((word) => word.end)), edited: true });
  for (const word of all.slice(1).reverse()) model.splice(word.index, 1);
  touch(model, first.index, first.index + 1, { structure: true });
}

function rename_speaker(model, { speaker, name }) {
  model.speakers = model.speakers.map((s) => (s.id === speaker ? { ...s, name } : s));
  touch(model, 0, 0, { speakers: true });
}

function reassign(model, { words, speaker }) {
  const to = model.speakers.findIndex((s) => s.id === speaker);
  if (to < 0) return; // a new speaker: the server names it
  const all = words.map((id) => model.word(id)).filter(Boolean);
  for (const word of all) word.speaker = to;
  for (const { index } of all) {
    for (const i of [index, index + 1]) {
      if (i > 0 && i < model.words.length && model.words[i].speaker !== model.words[i - 1].speaker)
        model.words[i].opens = true;
    }
  }
  const indexes = all.map((word) => word.index);
  touch(model, Math.min(...indexes), Math.max(...indexes) + 1, { structure: true, turns: true });
}

function note(model, { op, start, text }) {
  const added = { id: provisional(), start, text, kind: op };
  model.notes = [...model.notes, added].sort((a, b) => a.start - b.start);
  touch(model, 0, 0, { notes: true });
}

function remove_note(model, { note: id }) {
  model.notes = model.notes.filter((other) => other.id !== id);
  touch(model, 0, 0, { notes: true });
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

/** Apply one operation to the model; the provisional ids of new words. merge_speakers waits for the server. */
export const applied = (model, operation) => OPERATIONS[operation.op]?.(model, operation) ?? [];
