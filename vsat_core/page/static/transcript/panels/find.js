// Find and replace.
import { h, put } from "../../shared/dom.js";
import { counted } from "../../shared/format.js";
import { notice } from "../../shared/notices.js";
import { rewritten } from "../corrections.js";
import { indexed, matches, replaced } from "../find.js";

export class Find {
  constructor(body, { model, view, cursor, corrections, panels, player, acts }) {
    Object.assign(this, {
      body,
      model,
      view,
      cursor,
      corrections,
      panels,
      player,
      acts,
      found: [],
      at: -1,
      cache: null,
    });
    this.build();
    panels.addEventListener("open", ({ detail }) =>
      detail.name === "find" ? this.search() : this.clear(),
    );
    panels.addEventListener("shut", ({ detail }) => detail.away && this.clear());
    model.addEventListener("change", ({ detail }) => {
      if (!detail.structure && detail.to === detail.from) return;
      this.cache = null;
      if (this.shown) this.later();
    });
  }

  get shown() {
    return this.panels.current === "find" && !this.panels.away;
  }

  build() {
    this.makeFields();
    const button = (label, title, run) =>
      h("button", { type: "button", title, onclick: run }, label);
    this.controls = [
      button("Before", "Shift+F3", () => this.step(-1)),
      button("Next", "F3", () => this.step(1)),
      button("Hear", "Play around the match", () => this.hear()),
    ];
    this.changes = [
      button("Replace", "Enter in the field", () => this.replace()),
      button("Replace all", "", () => this.replaceAll()),
    ];
    const how = [
      h("label", {}, this.exact, "Match case"),
      h("label", {}, this.whole, "Whole words"),
    ];
    put(
      this.body,
      h("h2", {}, "Find and replace"),
      h("label", { class: "field" }, "Find", this.query),
      h("div", { class: "row small" }, how),
      this.count,
      h("div", { class: "row even" }, this.controls),
      h("label", { class: "field" }, "Replace with", this.text),
      h("div", { class: "row even" }, this.changes),
    );
    this.enable();
  }

  makeFields() {
    const again = () => ((this.cache = null), this.search());
    const check = () => h("input", { type: "checkbox", onchange: again });
    const field = (type, more) => h("input", { type, autocomplete: "off", ...more });
    this.query = field("search", { "data-first": true, oninput: () => this.search() });
    this.query.addEventListener("keydown", (event) =>
      this.key(event, () => this.step(event.shiftKey ? -1 : 1)),
    );
    this.text = field("text", { onkeydown: (event) => this.key(event, () => this.replace()) });
    [this.exact, this.whole] = [check(), check()];
    this.count = h("p", { class: "small soft number", role: "status" });
  }

  /** Open with the words chosen, if several are. */
  begin(replacing = false) {
    const { words } = this.cursor;
    this.panels.open("find");
    if (words.length > 1 && words.length < 12)
      this.query.value = words.map((word) => word.text).join(" ");
    this.search();
    (replacing && this.query.value ? this.text : this.query).select();
    (replacing && this.query.value ? this.text : this.query).focus();
  }

  key(event, run) {
    if (event.key === "Escape") this.view.scroller.focus();
    else if (event.key === "Enter") run();
    else return;
    event.preventDefault();
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.search(true);
    });
  }

  search(staying = false) {
    const exact = this.exact.checked;
    this.cache ??= indexed(this.model.words, this.model.language, exact);
    this.found = matches(this.cache, this.query.value, { exact, whole: this.whole.checked });
    const from = this.cursor.word?.index ?? this.view.topWord()?.word.index ?? 0;
    const next = this.found.findIndex((match) => match.first >= from);
    this.at = this.found.length ? Math.max(0, next) : -1;
    this.view.mark(
      "found",
      this.found.flatMap(({ first, end }) =>
        this.model.words.slice(first, end).map((word) => word.id),
      ),
    );
    this.show(!staying);
  }

  show(reveal = true) {
    const match = this.found[this.at];
    const words = match ? this.model.words.slice(match.first, match.end) : [];
    this.view.mark(
      "current",
      words.map((word) => word.id),
    );
    if (match && reveal) this.view.reveal(match.first);
    const query = this.query.value.trim();
    const matches = counted(this.found.length, "match").replace("matchs", "matches");
    this.count.textContent = match
      ? `${(this.at + 1).toLocaleString("en")} of ${matches}`
      : query
        ? "No matches"
        : "Type what to find.";
    this.enable();
  }

  enable() {
    for (const button of [...this.controls, ...this.changes]) button.disabled = !this.found.length;
  }

  step(by) {
    if (!this.shown) return this.begin();
    if (!this.found.length) return;
    this.at = (this.at + by + this.found.length) % this.found.length;
    this.cursor.to(this.model.words[this.found[this.at].first], { reveal: false });
    this.show();
  }

  hear() {
    const match = this.found[this.at];
    if (match)
      this.player.playFrom(
        Math.max(0, this.model.words[match.first].start - 1),
        this.model.words[match.end - 1].end + 1,
      );
  }

  operations(match) {
    const words = this.model.words.slice(match.first, match.end);
    return rewritten(
      words,
      replaced(words, match, this.cache.starts, this.text.value, this.model.language),
    );
  }

  replace() {
    const match = this.found[this.at];
    if (!match) return;
    const last = this.model.words[match.end - 1];
    this.corrections.do(this.operations(match));
    const next =
      this.model.words[
        (this.model.word(last.id) ?? this.model.words[match.first - 1] ?? last).index + 1
      ];
    if (next) this.cursor.to(next, { reveal: false });
    this.search();
  }

  /**
   * From the end to the beginning, so that places stay right; matches in one word are one change.
   */
  replaceAll() {
    const { found } = this;
    const groups = [];
    for (const match of found) {
      if (groups.length && match.first < groups.at(-1).end) groups.at(-1).matches.push(match);
      else groups.push({ end: match.end, matches: [match] });
    }
    const operations = groups
      .reverse()
      .flatMap(({ matches: all }) =>
        all.length === 1 ? this.operations(all[0]) : this.several(all),
      );
    this.corrections.do(operations);
    this.search(true);
    notice(`${counted(found.length, "replacement")} made.`, {
      action: { label: "Undo", run: () => this.acts.step("undo") },
    });
  }

  /** Several matches in a row of words that share words. */
  several(all) {
    const [first, end] = [all[0].first, Math.max(...all.map((match) => match.end))];
    const words = this.model.words.slice(first, end);
    const base = this.cache.starts[first].at;
    const spans = all.map((match) => ({
      ...match,
      first,
      from: this.cache.starts[match.first].at + match.from - base,
    }));
    let text = words.map((word) => word.text).join(" ");
    for (const { from, to } of spans.reverse())
      text = text.slice(0, from) + this.text.value + text.slice(to - base);
    return rewritten(words, text);
  }

  clear() {
    this.view.mark("found", []);
    this.view.mark("current", []);
  }
}
