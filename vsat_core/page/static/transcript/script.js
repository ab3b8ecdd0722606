// What the script of a language asks of the page, as vsat_core/formats/scripts.py has it for files:
// where blanks stand between words, and which way lines run.
const UNSPACED = new Set(["zh", "yue", "ja", "th", "lo", "my"]);
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ps", "sd", "ug", "ur", "yi", "dv", "ckb"]);
const SOUTH_EAST = /[\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f]/u;
const WIDE = new RegExp(
  "[\\u1100-\\u115f\\u2e80-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f" +
    "\\uff01-\\uff60\\uffe0-\\uffe6\\u{20000}-\\u{3fffd}]",
  "u",
);
const SIGN = /[\p{L}\p{N}]/u;

/** A sign that ends a sentence, and quotes and brackets after it. */
export const STOPS = /[.?!؟۔।。！？｡]["')\]»”’」』）]*$/u;

export const direction = (language) => (RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr");

function kind(signs) {
  for (const sign of signs) {
    if (SOUTH_EAST.test(sign)) return "south-east";
    if (SIGN.test(sign)) return WIDE.test(sign) ? "wide" : "other";
  }
  return "";
}

/** Whether a blank stands between two words in a transcript of this language. */
export function parted(word, following, language) {
  if (!UNSPACED.has(language)) return true;
  const pair = `${kind([...word].reverse())} ${kind([...following])}`;
  return pair === "other other" || pair === "other south-east" || pair === "south-east other";
}

/** Words as they are written in a row. */
export function written(words, language) {
  let text = "";
  words.forEach((word, i) => {
    text += word.text + (words[i + 1] && parted(word.text, words[i + 1].text, language) ? " " : "");
  });
  return text;
}

const OUTER = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

const plains = new Map(); // by text: a transcript has few different words

/** What words are compared by: letters and digits, without case and marks around them. */
export function plain(text) {
  let found = plains.get(text);
  if (found === undefined) {
    found = text.normalize("NFKC").toLowerCase().replace(OUTER, "");
    plains.set(text, found);
  }
  return found;
}
