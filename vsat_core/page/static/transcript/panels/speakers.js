// Speakers: hear, name, merge; and how many there are.
import { get } from "../../shared/api.js";
import { h, put, swatch } from "../../shared/dom.js";
import { lasting } from "../../shared/format.js";
import { notice } from "../../shared/notices.js";

const SAMPLE_S = 10;

/** Stretches of one speaker to hear, the longest turns first, in all at most so many seconds. */
export function samples(turns, speaker, most = SAMPLE_S) {
  const alone = turns.filter(
    (turn) =>
      turn.speaker === speaker &&
      !turns.some(
        (other) => other.speaker !== speaker && other.start < turn.end && other.end > turn.start,
      ),
  );
  const mine = alone.length ? alone : turns.filter((turn) => turn.speaker === speaker);
  const chosen = [];
  let left = most;
  for (const { start, end } of [...mine].sort((a, b) => b.end - b.start - (a.end - a.start))) {
    if (left <= 0.5) break;
    chosen.push({ start, end: Math.min(end, start + left) });
    left -= Math.min(end - start, left);
  }
  return chosen;
}

export class Speakers {
  constructor(body, { model, player, saver, timeline, panels, count, acts }) {
    Object.assign(this, { body, model, player, saver, timeline, panels, acts });
    this.list = h("ul", {});
    this.names = h("datalist", { id: "known-names" });
    put(body, h("h2", {}, "Speakers"), this.list, this.names, count.element);
    model.addEventListener(
      "change",
      ({ detail }) => (detail.speakers || detail.turns) && this.show(),
    );
    panels.addEventListener("open", ({ detail }) => detail.name === "speakers" && this.ask());
    player.addEventListener("pause", () => this.stopped());
    this.show();
  }

  /** Names known from other recordings, for completion. */
  async ask() {
    const names = await get("/api/names").catch(() => []);
    put(
      this.names,
      names.map((value) => h("option", { value })),
    );
  }

  show() {
    const kept = document.activeElement?.dataset?.speaker;
    put(
      this.list,
      this.model.speakers.map((speaker, i) => this.entry(speaker, i)),
    );
    if (kept) this.list.querySelector(`[data-speaker="${CSS.escape(kept)}"]`)?.focus();
  }

  /** The field for a name. */
  nameOf(speaker, i) {
    const name = h("input", {
      type: "text",
      value: speaker.name,
      list: "known-names",
      "aria-label": `Name of speaker ${i + 1}`,
      dir: "auto",
      "data-speaker": speaker.id,
      "data-first": i === 0,
      autocomplete: "off",
      onchange: () => this.rename(speaker, name),
      onfocus: () => name.select(),
      onkeydown: (event) => event.key === "Enter" && name.blur(),
    });
    return name;
  }

  entry(speaker, i) {
    const others = this.model.speakers.filter((other) => other.id !== speaker.id);
    const merge = h(
      "select",
      {
        "aria-label": `${speaker.name} is the same as`,
        onchange: () => this.merge(speaker, merge.value),
      },
      h("option", { value: "" }, "Same as …"),
      others.map((other) => h("option", { value: other.id }, other.name)),
    );
    const hear = h(
      "button",
      { type: "button", "aria-label": `Hear ${speaker.name}`, onclick: () => this.hear(i) },
      "Hear 10 s",
    );
    return h(
      "li",
      { class: "speaker" },
      h("div", { class: "row" }, swatch(speaker.colour_index), this.nameOf(speaker, i)),
      h(
        "div",
        { class: "row" },
        h("span", { class: "soft small number grow" }, lasting(speaker.seconds ?? 0)),
        hear,
        others.length ? merge : null,
      ),
    );
  }

  rename(speaker, field) {
    const name = field.value.trim();
    if (!name) return void (field.value = speaker.name);
    if (name === speaker.name) return;
    const other = this.model.speakers.find((one) => one.name === name && one.id !== speaker.id);
    this.saver.add([{ op: "rename_speaker", speaker: speaker.id, name }]);
    if (other)
      notice(`There are two speakers named ${name} now.`, {
        action: { label: "They are one", run: () => this.merge(speaker, other.id) },
      });
  }

  async merge(speaker, into) {
    if (!into) return;
    const name = this.model.speakers.find((one) => one.id === into)?.name;
    await this.saver.add([{ op: "merge_speakers", speakers: [speaker.id, into] }]);
    notice(`${speaker.name} and ${name} are one speaker now.`, {
      action: { label: "Undo", run: () => this.acts.step("undo") },
    });
  }

  /** Play stretches of a speaker one after the other. */
  hear(speaker) {
    this.rest = samples(this.timeline.turns, speaker);
    this.next();
  }

  next() {
    const [stretch, ...rest] = this.rest ?? [];
    this.rest = rest;
    if (stretch) this.player.playFrom(stretch.start, stretch.end);
  }

  /** A stretch has ended: the next, unless the user stopped. */
  stopped() {
    if (this.player.reached) this.next();
    else this.rest = [];
  }
}
