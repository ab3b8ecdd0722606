// What is known of the word at the cursor, and what can be done with it, in a bar under the text.
import { h, put } from "../shared/dom.js";
import { clock, counted } from "../shared/format.js";

const SCOPES = [
  ["word", "the word"],
  ["sentence", "the sentence"],
  ["turn", "the turn"],
];

export class WordBar {
  constructor(holder, page) {
    Object.assign(this, { holder, ...page });
    this.word = h("span", { class: "word" }, "No word chosen");
    this.buttons = this.makeButtons();
    this.makeSpeaker();
    const speaker = h(
      "span",
      { class: "of" },
      h("label", {}, "Speaker of", this.scope),
      this.speaker,
    );
    put(holder, this.word, this.buttons, h("span", { class: "gap" }), speaker);
    this.cursor.addEventListener("move", () => this.later());
    this.model.addEventListener("change", () => this.later());
    this.update();
  }

  makeButtons() {
    const act = (label, key, run) =>
      h("button", { type: "button", title: `${label} (${key})`, onclick: run }, label);
    return [
      act("Hear", "Ctrl+Enter", () => this.hear()),
      act("Change", "Enter", () => this.acts.edit()),
      act("Insert", "Insert", () => this.acts.insert()),
      act("Split", "Ctrl+Enter in the word", () => this.acts.split()),
      act("Join", "Alt+G", () => this.acts.merge()),
      act("Delete", "Delete", () => this.acts.remove()),
      act("Note", "Alt+M", () => this.notes.begin()),
    ];
  }

  /** Who said what is chosen, and how much of it a change covers. */
  makeSpeaker() {
    this.speaker = h("select", { "aria-label": "Speaker of it", onchange: () => this.assign() });
    const options = SCOPES.map(([value, label]) =>
      h("option", { value, selected: value === "turn" }, label),
    );
    const covers = () => (this.acts.scope = this.scope.value);
    this.scope = h(
      "select",
      { "aria-label": "What a change of speaker covers", onchange: covers },
      options,
    );
  }

  hear() {
    if (this.cursor.word) this.follow.hear(this.cursor.words[0]);
  }

  assign() {
    this.acts.reassign(
      this.speaker.value === "new" ? null : Number(this.speaker.value),
      this.scope.value,
    );
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.update();
    });
  }

  update() {
    const { words } = this.cursor;
    const [first] = words;
    for (const control of [...this.buttons, this.speaker, this.scope]) control.disabled = !first;
    this.scope.disabled = words.length !== 1;
    const text = described(words);
    if (this.word.textContent !== text) this.word.textContent = text;
    const names = this.model.speakers.map((speaker, i) => `${i + 1} ${speaker.name}`);
    if (this.names !== names.join("\n")) {
      this.names = names.join("\n");
      put(
        this.speaker,
        names.map((name, value) => h("option", { value }, name)),
        h("option", { value: "new" }, "New speaker"),
      );
    }
    if (first) this.speaker.value = String(first.speaker);
  }
}

/** "0:12.3, sure to 84 %" of one word; of several their number. */
export function described(words) {
  const [first] = words;
  if (!first) return "No word chosen";
  if (words.length > 1) return `${counted(words.length, "word")} from ${clock(first.start, 1)}`;
  const sure = first.edited
    ? "corrected"
    : first.confidence === null
      ? ""
      : `confidence ${Math.round(first.confidence * 100)} %`;
  return [clock(first.start, 1), sure].filter(Boolean).join(", ");
}
