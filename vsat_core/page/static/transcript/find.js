// Finding words in a row: the text as one string, with the word that each place belongs to.
import { lastBelow } from "./lines.js";
import { parted } from "./script.js";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const SIGN = /[\p{L}\p{N}]/u;

/** The text of all words as it is written, and where each word begins in it. */
export function indexed(words, language, exact) {
  const starts = new Array(words.length);
  let text = "";
  for (let i = 0; i < words.length; i++) {
    starts[i] = { at: text.length };
    text += exact ? words[i].text : fold(words[i].text);
    if (words[i + 1] && parted(words[i].text, words[i + 1].text, language)) text += " ";
  }
  return { text, starts };
}

/**
 * Matches of a query: [{first, end, from, to}], words first..end-1; from and to are places in the
 * text.
 */
export function matches({ text, starts }, query, { exact = false, whole = false } = {}) {
  const wanted = (exact ? query : fold(query)).trim().replace(/\s+/gu, " ");
  const found = [];
  if (!wanted) return found;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const to = at + wanted.length;
    if (whole && (SIGN.test(text[at - 1] ?? "") || SIGN.test(text[to] ?? ""))) continue;
    const first = lastBelow(starts, at, "at");
    found.push({
      first,
      end: lastBelow(starts, to - 1, "at") + 1,
      from: at - starts[first].at,
      to,
    });
  }
  return found;
}

/** What the words of a match read once its part is replaced. The place in the folded text is that
 * in the words only where folding keeps lengths; where it does not, whole words are replaced. */
export function replaced(words, match, starts, replacement, language) {
  let text = "";
  words.forEach((word, i) => {
    text += word.text + (words[i + 1] && parted(word.text, words[i + 1].text, language) ? " " : "");
  });
  const folded = fold(text).length === text.length;
  const end = match.to - starts[match.first].at;
  return folded ? text.slice(0, match.from) + replacement + text.slice(end) : replacement;
}
