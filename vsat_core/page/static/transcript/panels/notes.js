// Notes and bookmarks: places in the recording to come back to.
import { h, put } from "../../shared/dom.js";
import { clock } from "../../shared/format.js";
import { notice } from "../../shared/notices.js";

export class Notes {
  constructor(body, { model, cursor, view, player, saver, panels }) {
    Object.assign(this, { body, model, cursor, view, player, saver, panels, start: 0 });
    this.build();
    model.addEventListener("change", ({ detail }) => detail.notes && this.show());
    panels.addEventListener("open", ({ detail }) => detail.name === "notes" && this.aim());
    cursor.addEventListener(
      "move",
      () => panels.current === "notes" && !this.text.value && this.aim(),
    );
    this.show();
  }

  build() {
    this.at = h("span", { class: "number" });
    this.text = h("textarea", {
      "data-first": true,
      "aria-label": "Note",
      placeholder: "Note",
      onkeydown: (event) => this.key(event),
    });
    this.list = h("ul", {});
    const button = (label, title, op, name = "") =>
      h("button", { type: "button", class: name, title, onclick: () => this.add(op) }, label);
    const adding = [
      button("Add note", "Ctrl+Enter", "note", "main"),
      button("Bookmark", "Alt+B", "bookmark"),
    ];
    const at = h("p", { class: "small soft" }, "At ", this.at);
    const card = h(
      "div",
      { class: "card" },
      at,
      this.text,
      h("div", { class: "row even" }, adding),
    );
    put(this.body, h("h2", {}, "Notes and bookmarks"), card, this.list);
    this.aim();
  }

  /** Notes are for the word at the cursor, or for what is heard. */
  aim() {
    this.start =
      this.player.playing || !this.cursor.word ? this.player.time : this.cursor.word.start;
    this.at.textContent = clock(this.start, 1);
  }

  begin() {
    this.panels.open("notes");
    this.aim();
    this.text.focus();
  }

  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.add("note");
    else if (event.key === "Escape") this.view.scroller.focus();
    else return;
    event.preventDefault();
  }

  add(op) {
    const text = this.text.value.trim();
    if (op === "note" && !text) return this.text.focus();
    this.saver.add([{ op, start: this.start, text }]);
    this.text.value = "";
  }

  bookmark() {
    this.aim();
    this.saver.add([{ op: "bookmark", start: this.start, text: "" }]);
    notice(`Bookmark at ${clock(this.start, 1)}.`);
  }

  show() {
    const { notes } = this.model;
    const none = "None yet. They stay with the transcript and are shown on the timeline.";
    put(
      this.list,
      notes.length ? notes.map((note) => this.entry(note)) : h("li", { class: "soft" }, none),
    );
  }

  entry(note) {
    const button = (label, more) => h("button", { type: "button", ...more }, label);
    const go = { class: "number", title: "Go there", onclick: () => this.go(note) };
    const remove = {
      class: "bare",
      "aria-label": `Remove ${note.kind} at ${clock(note.start)}`,
      onclick: () => this.saver.add([{ op: "remove_note", note: note.id }]),
    };
    return h(
      "li",
      { class: "note" },
      button(clock(note.start), go),
      h("p", { dir: "auto", class: note.text ? "" : "soft" }, note.text || this.heard(note)),
      button("Remove", remove),
    );
  }

  /** The words at a bookmark. */
  heard({ start }) {
    const at = this.model.wordAt(start + 0.01)?.index ?? 0;
    return this.model.words
      .slice(at, at + 6)
      .map((word) => word.text)
      .join(" ");
  }

  go({ start }) {
    const word = this.model.wordAt(start + 0.01);
    this.player.seek(start);
    if (word) this.cursor.to(word);
  }
}
