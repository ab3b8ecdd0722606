// Words to look at, the least confident first. A field for the one in question; keys alone are
// enough.
import { h, put } from "../../shared/dom.js";
import { clock, counted } from "../../shared/format.js";
import { written } from "../script.js";
import { ReviewOrder } from "./review_order.js";

const AROUND = 6; // words before and after
const LISTED = 100; // next words that are listed
const MARKED = 0.03; // of all words are underlined at most
const BEFORE_S = 1.2;
const AFTER_S = 0.8;

export class Review {
  constructor(body, { model, view, cursor, corrections, player, panels }) {
    Object.assign(this, {
      body,
      model,
      view,
      cursor,
      corrections,
      player,
      panels,
      ranking: null,
      id: null,
    });
    this.build();
    panels.addEventListener("open", ({ detail }) =>
      detail.name === "review" ? this.opened(detail.focus) : this.unmark(),
    );
    model.addEventListener("change", ({ detail }) => this.shown && this.changed(detail));
  }

  get shown() {
    return this.panels.current === "review" && !this.panels.away;
  }

  build() {
    this.left = h("span", { class: "soft small number" });
    this.list = h("ol", { class: "entries" });
    this.done = h("p", { class: "soft" }, "No words are left to review.");
    this.unclear = h("details", {});
    this.card = this.makeCard();
    const help =
      "Enter saves what the field holds, or says that the word is right. " +
      "Up and Down go on without a change.";
    put(
      this.body,
      h("h2", {}, "Least confident words", this.left),
      this.card,
      this.done,
      h("p", { class: "small soft" }, help),
      this.list,
      this.unclear,
    );
  }

  makeCard() {
    const button = (label, title, run, name = "") =>
      h("button", { type: "button", title, class: name, onclick: run }, label);
    const row = (...buttons) => h("div", { class: "row even" }, buttons);
    this.context = h("p", { class: "context", dir: "auto" });
    this.about = h("p", { class: "small soft number" });
    this.field = h("input", {
      type: "text",
      "data-first": true,
      autocomplete: "off",
      autocapitalize: "off",
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.all = button("", "Ctrl+Enter", () => this.fixAll());
    const label = h("label", { class: "field" }, "Word as it should read", this.field);
    const saving = row(
      button("Save, next", "Enter", () => this.save(), "main"),
      this.all,
    );
    const going = row(
      button("Hear", "Ctrl+Space", () => this.hear()),
      button("Before", "Up", () => this.step(-1)),
      button("Skip", "Down", () => this.step(1)),
    );
    return h("div", { class: "card" }, this.about, this.context, label, saving, going);
  }

  opened(focus) {
    this.ranking = new ReviewOrder(this.model);
    if (!this.current) this.id = this.order[0]?.id ?? null;
    this.show(focus);
    this.showUnclear();
  }

  get order() {
    return this.ranking?.words ?? [];
  }

  get current() {
    const word = this.id === null ? null : this.model.word(this.id);
    return word && !word.edited ? word : null;
  }

  /** The list follows once the change itself has been painted. */
  changed(detail) {
    this.ranking.note(detail);
    this.frame ??= requestAnimationFrame(() => setTimeout(() => this.follow()));
  }

  follow() {
    this.frame = null;
    if (!this.shown) return;
    const stale = !this.current;
    if (stale) this.id = this.order[Math.min(this.place ?? 0, this.order.length - 1)]?.id ?? null;
    this.show(false, stale);
  }

  /** Go on by so many words of the list. */
  step(by) {
    if (!this.shown) return this.panels.open("review");
    const at = this.order.findIndex((word) => word.id === this.id);
    const next =
      this.order[
        Math.max(0, Math.min(this.order.length - 1, at < 0 ? (this.place ?? 0) : at + by))
      ];
    if (!next) return;
    this.id = next.id;
    this.show(true);
    this.hear();
  }

  /** Everything about the word in question. */
  show(focus = false, refill = true) {
    const word = this.current;
    this.card.hidden = !word;
    this.done.hidden = Boolean(word);
    this.left.textContent = counted(this.order.length, "word") + " left";
    this.showList();
    if (!word) return this.unmark();
    this.place = this.order.indexOf(word);
    this.showContext(word);
    if (refill) this.field.value = word.text;
    this.showAll(word);
    const most = Math.min(LISTED, Math.ceil(MARKED * this.model.words.length));
    this.view.mark(
      "unsure",
      this.order.slice(0, most).map((other) => other.id),
    );
    if (!focus) return;
    this.cursor.to(word);
    this.field.select();
    this.field.focus();
  }

  showContext(word) {
    const { words, language } = this.model;
    const [before, after] = [
      words.slice(Math.max(0, word.index - AROUND), word.index),
      words.slice(word.index + 1, word.index + 1 + AROUND),
    ];
    put(
      this.context,
      "… ",
      written(before, language),
      " ",
      h("mark", {}, word.text),
      " ",
      written(after, language),
      " …",
    );
    const sure = `confidence ${Math.round(word.confidence * 100)} %`;
    this.about.textContent = [clock(word.start, 1), this.model.speakerOf(word).name, sure].join(
      ", ",
    );
  }

  showAll(word) {
    this.alike = this.corrections.alike(word);
    this.all.disabled = !this.alike.length;
    this.all.textContent = this.alike.length
      ? `Fix all ${this.alike.length + 1} like this`
      : "No other like this";
  }

  showList() {
    const from = Math.max(0, this.place ?? 0);
    const words = this.order.slice(from, from + LISTED);
    const signs = words.map(({ id, text, start }) => `${id} ${text} ${start}`);
    const sign = [this.id, ...signs].join(" ");
    if (sign === this.sign) return;
    this.sign = sign;
    put(
      this.list,
      words.map((word) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              "aria-current": word.id === this.id ? "true" : null,
              onclick: () => this.pick(word),
            },
            h("span", { class: "cut", dir: "auto" }, word.text),
            h("span", { class: "soft number" }, clock(word.start)),
            h("span", { class: "soft number" }, `${Math.round(word.confidence * 100)} %`),
          ),
        ),
      ),
    );
  }

  pick(word) {
    this.id = word.id;
    this.show(true);
    this.hear();
  }

  hear() {
    const word = this.current;
    if (word) this.player.playFrom(Math.max(0, word.start - BEFORE_S), word.end + AFTER_S);
  }

  /** Save the field, or confirm the word as it is, and go on. */
  save() {
    const word = this.current;
    if (!word) return;
    const text = this.field.value.trim();
    this.onward(() =>
      text === word.text ? this.corrections.confirm(word) : this.corrections.retype(word, text),
    );
  }

  fixAll() {
    const word = this.current;
    const text = this.field.value.trim();
    if (!word || !text) return;
    const words = [word, ...this.corrections.alike(word)];
    this.onward(() => this.corrections.fixAll(words, word.text, text));
  }

  onward(change) {
    const at = this.order.indexOf(this.current);
    change();
    this.id = this.order[Math.min(at, this.order.length - 1)]?.id ?? null;
    this.show(true);
    this.hear();
  }

  key(event) {
    if (event.isComposing || event.altKey) return;
    const all = event.ctrlKey || event.metaKey;
    const act = {
      Enter: () => (all ? this.fixAll() : this.save()),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      " ": all ? () => this.hear() : null,
      Escape: () => this.view.scroller.focus(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  unmark() {
    this.view.mark("unsure", []);
  }

  /** Passages that were left out of the text as invented or unclear. */
  showUnclear() {
    const { unclear } = this.model;
    this.unclear.hidden = !unclear.length;
    put(
      this.unclear,
      h("summary", {}, counted(unclear.length, "passage") + " left out of the text"),
      h(
        "ol",
        { class: "entries" },
        unclear.map((one) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                title: one.reason,
                onclick: () => this.player.playFrom(one.start, one.end),
              },
              h("span", { class: "cut", dir: "auto" }, one.text || "(no text)"),
              h("span", { class: "soft number" }, clock(one.start)),
            ),
          ),
        ),
      ),
    );
  }
}
