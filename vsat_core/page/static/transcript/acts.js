// What buttons and keys do to the word at the cursor and the words chosen with it.
import { notice } from "../shared/notices.js";
import { counted } from "../shared/format.js";

export class Acts {
  constructor({ model, view, cursor, editor, corrections, saver, player }) {
    Object.assign(this, { model, view, cursor, editor, corrections, saver, player });
  }

  /** In a field: ends it first, so that nothing typed is lost. */
  edit() {
    if (this.cursor.word) this.editor.begin(this.cursor.word);
  }

  /** A sign was typed in the text: it replaces the word. */
  type() {
    if (!this.cursor.word) return;
    if (this.cursor.words.length > 1) this.cursor.to(this.cursor.words[0]);
    this.editor.begin(this.cursor.word, { text: "", caret: "end" });
  }

  insert() {
    if (this.cursor.word) this.editor.begin(this.cursor.words.at(-1), { text: "", mode: "insert" });
  }

  remove() {
    const { words } = this.cursor;
    if (!words.length) return;
    this.corrections.remove(words);
    if (words.length > 3)
      notice(`${counted(words.length, "word")} deleted.`, {
        action: { label: "Undo", run: () => this.step("undo") },
      });
  }

  split() {
    const { word } = this.cursor;
    if (!word) return;
    this.editor.begin(word);
    this.editor.field?.setSelectionRange(...[0, 0].fill(Math.ceil(word.text.length / 2)));
    notice("Type a space where the word is to be split, then Enter.");
  }

  merge() {
    const { words } = this.cursor;
    const next = this.model.words[words.at(-1)?.index + 1];
    const all = words.length > 1 ? words : [words[0], next];
    if (all.every(Boolean)) this.corrections.merge(all);
  }

  /** What a change of speaker covers: the words chosen, or the word, its sentence or its turn. */
  covered(scope) {
    const { words, word } = this.cursor;
    if (!word || words.length > 1 || scope === "word") return words;
    return this.model.words.slice(...this.model[scope](word.index));
  }

  /** Give words to a speaker by index; null makes a new one. */
  reassign(speaker, scope = this.scope ?? "turn") {
    const covered = this.covered(scope);
    const to = speaker === null ? null : this.model.speakers[speaker];
    if (!covered.length || to === undefined) return;
    this.corrections.reassign(covered, to?.id ?? null);
    notice(`${counted(covered.length, "word")} given to ${to?.name ?? "a new speaker"}.`, {
      action: { label: "Undo", run: () => this.step("undo") },
    });
  }

  /** Undo or redo, and show where. Nothing is waited for that can be done here at once. */
  async step(kind) {
    this.editor.finish();
    const answer = await this.saver.step(kind);
    if (answer) this.cursor.to(this.model.word(answer.touched));
  }
}
