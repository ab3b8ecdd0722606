// The number of speakers: what another number would change is shown before it is kept.
import { post } from "../../shared/api.js";
import { h, put } from "../../shared/dom.js";
import { clock, counted } from "../../shared/format.js";
import { failed, notice } from "../../shared/notices.js";

const MOST = 20;

export class Count {
  constructor({ model, player, saver, address, cursor }) {
    Object.assign(this, {
      model,
      player,
      saver,
      address,
      cursor,
      number: model.speakers.length,
      asked: 0,
      token: null,
    });
    this.build();
    model.addEventListener("change", ({ detail }) => detail.speakers && this.reset());
    this.reset();
  }

  build() {
    const button = (label, sign, by) =>
      h(
        "button",
        { type: "button", "aria-label": label, title: label, onclick: () => this.step(by) },
        sign,
      );
    [this.fewer, this.more] = [
      button("One speaker fewer", "−", -1),
      button("One speaker more", "+", 1),
    ];
    this.output = h("output", { "aria-label": "Number of speakers" });
    this.preview = h("div", { "aria-live": "polite" });
    const stepper = h("span", { class: "stepper" }, this.fewer, this.output, this.more);
    const row = h(
      "div",
      { class: "row" },
      h("span", { class: "grow" }, "Number of speakers"),
      stepper,
    );
    this.element = h("div", { class: "card" }, row, this.preview);
  }

  reset() {
    this.asked++;
    [this.number, this.token] = [this.model.speakers.length, null];
    put(this.preview);
    this.show();
  }

  show() {
    this.output.textContent = String(this.number);
    this.fewer.disabled = this.number <= 1;
    this.more.disabled = this.number >= MOST;
  }

  async step(by) {
    this.number = Math.max(1, Math.min(MOST, this.number + by));
    this.show();
    const asked = ++this.asked;
    if (this.number === this.model.speakers.length) return this.reset();
    put(this.preview, h("p", { class: "small soft" }, "Grouping the voices again"));
    try {
      await this.saver.send();
      const found = await post(`${this.address}/speakers/preview`, { n: this.number });
      if (asked === this.asked) this.offer(found);
    } catch (error) {
      if (asked !== this.asked) return;
      this.reset();
      failed(error);
    }
  }

  /** Say what would change, with examples to hear. */
  offer({ n, moved, examples = [], token, speakers = [] }) {
    this.token = token;
    const kept = n ?? speakers.length;
    put(
      this.preview,
      h(
        "p",
        {},
        `With ${counted(kept, "speaker")}, ${counted(moved, "word")} would have another speaker.`,
      ),
      h(
        "ul",
        { class: "entries" },
        examples.slice(0, 5).map((one) => this.example(one)),
      ),
      h(
        "div",
        { class: "row even" },
        h("button", { type: "button", class: "main", onclick: () => this.keep() }, "Keep"),
        h("button", { type: "button", onclick: () => this.reset() }, "Leave as it was"),
      ),
    );
  }

  example({ word: id, from, to }) {
    const word = this.model.word(id);
    if (!word) return null;
    const text = this.model.words
      .slice(word.index, word.index + 5)
      .map((one) => one.text)
      .join(" ");
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          onclick: () => (this.cursor.to(word), this.player.playFrom(word.start, word.start + 4)),
        },
        h("span", { class: "cut", dir: "auto" }, text),
        h("span", { class: "soft" }, `${from} → ${to}`),
        h("span", { class: "soft number" }, clock(word.start)),
      ),
    );
  }

  async keep() {
    try {
      const transcript = await post(`${this.address}/speakers/keep`, { token: this.token });
      this.saver.adopt(transcript);
      const conflicts = transcript.conflicts?.length ?? 0;
      const lost = `${counted(conflicts, "correction")} of speakers did not fit`;
      notice(
        `There are ${counted(this.model.speakers.length, "speaker")} now.` +
          (conflicts ? ` ${lost} and stayed as they were made.` : ""),
      );
    } catch (error) {
      failed(error);
    }
  }
}
