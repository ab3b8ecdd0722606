// What a user does, as operations on words.
import { plain } from "./script.js";

const tokens = (text) => text.trim().split(/\s+/u).filter(Boolean);

/**
 * Operations that make some words in a row read as a text: equal places are replaced, what is over
 * goes or comes.
 */
export function rewritten(words, text) {
  const wanted = tokens(text);
  const operations = [];
  words.forEach((word, i) => {
    if (wanted[i] !== undefined && wanted[i] !== word.text)
      operations.push({ op: "replace", word: word.id, text: wanted[i] });
  });
  if (wanted.length > words.length) {
    operations.push({
      op: "insert",
      after: words.at(-1).id,
      text: wanted.slice(words.length).join(" "),
    });
  } else if (wanted.length < words.length) {
    operations.push({ op: "delete", words: words.slice(wanted.length).map((word) => word.id) });
  }
  return operations;
}

/**
 * Where blanks were put into a text and nothing else was changed: the places, in characters of the
 * text.
 */
function cuts(before, after) {
  const pieces = tokens(after);
  if (pieces.length < 2 || pieces.join("") !== before) return null;
  let at = 0;
  return pieces.slice(0, -1).map((piece) => (at += [...piece].length));
}

export class Corrections {
  constructor(model, saver) {
    Object.assign(this, { model, saver });
  }

  do(operations) {
    return operations.length ? this.saver.add(operations) : Promise.resolve();
  }

  /** A word gets the text typed for it: a piece for each blank typed, gone if nothing is left. */
  retype(word, text) {
    const places = cuts(word.text, text);
    if (!places) return this.do(rewritten([word], text));
    // the last first: its front keeps the id
    return this.do(places.reverse().map((at) => ({ op: "split", word: word.id, at })));
  }

  insertAfter(word, text) {
    return tokens(text).length
      ? this.do([{ op: "insert", after: word?.id ?? null, text: tokens(text).join(" ") }])
      : Promise.resolve();
  }

  remove(words) {
    return this.do([{ op: "delete", words: words.map((word) => word.id) }]);
  }

  split(word, at) {
    const length = [...word.text].length;
    return at > 0 && at < length
      ? this.do([{ op: "split", word: word.id, at }])
      : Promise.resolve();
  }

  merge(words) {
    return words.length > 1
      ? this.do([{ op: "merge", words: words.map((word) => word.id) }])
      : Promise.resolve();
  }

  /** The word is right as it is. */
  confirm(word) {
    return this.do([{ op: "replace", word: word.id, text: word.text }]);
  }

  reassign(words, speaker) {
    return this.do([{ op: "reassign", words: words.map((word) => word.id), speaker }]);
  }

  /** Words that are heard the same and were not corrected yet. */
  alike(word) {
    const key = plain(word.text) || word.text;
    return this.model.words.filter(
      (other) => other !== word && !other.edited && (plain(other.text) || other.text) === key,
    );
  }

  /** All words alike get the text, each with the marks and the capital it has now. */
  fixAll(words, from, to) {
    const operations = words.map((word) => ({
      op: "replace",
      word: word.id,
      text: likewise(word.text, from, to),
    }));
    return this.do(operations);
  }
}

const bare = (text) => text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
const isCapital = (sign) => sign !== undefined && sign !== sign.toLowerCase();

/** What `from` -> `to` makes of another writing of it: "jon" -> "John" makes "Jon," to "John,", and
 * "the" -> "a" makes "The" to "A". */
export function likewise(text, from, to) {
  const [core, wanted] = [bare(text), bare(to)];
  if (!core || !wanted || plain(text) !== plain(from)) return to;
  const raised = isCapital(core[0]) && !isCapital(bare(from)[0]);
  return text.replace(core, () => (raised ? wanted[0].toUpperCase() + wanted.slice(1) : wanted));
}
