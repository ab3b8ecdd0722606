// Changing one word where it stands: a field takes the place of the word, and only its line is laid
// out again.
import { h } from "../shared/dom.js";

const SPARE = 4; // pixels of the field wider than its text

export class WordEditor extends EventTarget {
  constructor(model, view, cursor, corrections) {
    super();
    Object.assign(this, {
      model,
      view,
      cursor,
      corrections,
      word: null,
      field: null,
      mode: "change",
    });
  }

  get open() {
    return this.field !== null;
  }

  /**
   * Edit a word. `text` replaces what it reads ("" when typing begins); `caret` is where typing
   * goes on.
   */
  begin(word, { text = word.text, caret = "all", mode = "change" } = {}) {
    this.finish();
    this.cursor.to(word);
    const span = this.view.span(word.id);
    if (!span) return;
    Object.assign(this, { word, mode });
    this.view.pinned = word.id;
    this.field = this.made(text, mode === "insert" ? "New words" : `Word, was ${word.text}`);
    if (mode === "insert") span.after(" ", this.field);
    else span.replaceWith(this.field);
    this.span = span;
    this.fit();
    this.field.focus({ preventScroll: true });
    if (caret === "all") this.field.select();
    else this.field.setSelectionRange(...(caret === "start" ? [0, 0] : [text.length, text.length]));
    this.dispatchEvent(new Event("begin"));
  }

  made(value, label) {
    const field = h("input", {
      class: "word-field",
      type: "text",
      "aria-label": label,
      autocomplete: "off",
      spellcheck: "true",
      autocapitalize: "off",
      dir: "auto",
    });
    field.value = value;
    field.addEventListener("input", () => this.fit());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.finish());
    return field;
  }

  fit() {
    this.field.style.width = `${Math.ceil(this.view.measure.of(this.field.value)) + SPARE + 8}px`;
  }

  /** Put the word back in its place. */
  close() {
    const { field, span } = this;
    if (!field) return null;
    this.field = null;
    if (this.mode === "insert") (field.previousSibling?.remove(), field.remove());
    else field.replaceWith(span);
    this.view.pinned = null;
    this.dispatchEvent(new Event("end"));
    return field.value.trim();
  }

  /** Save what is typed. */
  finish() {
    if (!this.open) return Promise.resolve();
    const { word, mode } = this;
    const text = this.close();
    if (!this.model.word(word.id)) return Promise.resolve();
    if (mode === "insert") return this.corrections.insertAfter(word, text);
    if (text === word.text) return Promise.resolve();
    return this.corrections.retype(word, text);
  }

  cancel() {
    this.close();
    this.view.scroller.focus({ preventScroll: true });
  }

  save() {
    const done = this.finish();
    this.view.scroller.focus({ preventScroll: true });
    return done;
  }

  /** Save and go on with the word before or after. */
  onward(step, caret) {
    const { word } = this;
    const index = word.index + step;
    this.save();
    const at = this.model.word(word.id) ? this.model.word(word.id).index + step : index;
    const next = this.model.words[Math.max(0, at)];
    if (next) this.begin(next, { caret });
  }

  key(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    const action = this.actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  actionOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
    const { field } = this;
    const alone = field.selectionStart === field.selectionEnd;
    const [atStart, atEnd] = [
      alone && field.selectionStart === 0,
      alone && field.selectionEnd === field.value.length,
    ];
    if (altKey) return null;
    if (key === "Escape") return () => this.cancel();
    if (key === "Enter" && (ctrlKey || metaKey)) return () => this.splitHere();
    if (key === "Enter") return () => this.save();
    if (key === "Tab") return () => this.onward(shiftKey ? -1 : 1, "all");
    if (key === "ArrowLeft" && atStart && !shiftKey) return () => this.onward(-1, "end");
    if (key === "ArrowRight" && atEnd && !shiftKey) return () => this.onward(1, "start");
    if (this.mode === "insert") return null;
    if (key === "Backspace" && atStart && field.value) return () => this.join(-1);
    if (key === "Delete" && atEnd && field.value) return () => this.join(1);
    return null;
  }

  /** Split the word at the caret. */
  splitHere() {
    const { word, field } = this;
    const at = [...field.value.slice(0, field.selectionStart)].length;
    const value = field.value.trim();
    this.save();
    if (this.model.word(word.id)?.text === value)
      this.corrections.split(this.model.word(word.id), at);
  }

  /** Make one word of this and its neighbour, and go on typing where they meet. */
  join(step) {
    const { word } = this;
    this.save();
    const here = this.model.word(word.id);
    const other = here && this.model.words[here.index + step];
    if (!other) return;
    const pair = step < 0 ? [other, here] : [here, other];
    const caret = pair[0].text.length;
    this.corrections.merge(pair);
    this.begin(this.model.word(pair[0].id), { caret: "end" });
    this.field?.setSelectionRange(caret, caret);
  }
}
