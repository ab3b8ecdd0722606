// The text: only lines in view are elements. A line is made again when a word in it reads
// otherwise; marks (heard, chosen, found) are classes that are set without making it again.
import { clock } from "../shared/format.js";
import { h, swatch } from "../shared/dom.js";
import { broken, lastBelow, Measure, mended } from "./lines.js";
import { direction, parted } from "./script.js";

const MARGIN = 400; // pixels above and below the view that are filled too
const MARKS = ["heard", "at", "chosen", "found", "current", "unsure"];

export class TextView {
  /** `scroller` holds `sheet`, in which lines lie. */
  constructor(model, scroller, sheet) {
    Object.assign(this, {
      model,
      scroller,
      sheet,
      nodes: new Map(),
      layout: { lines: [], height: 0 },
    });
    this.marks = Object.fromEntries(MARKS.map((name) => [name, new Set()])); // ids of words
    this.counter = { lines: 0 };
    this.pinned = null; // the id of a word whose line stays as it is, while it is edited
    sheet.dir = direction(model.language);
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.resized()).observe(scroller);
    model.addEventListener("change", ({ detail }) => this.changed(detail));
    this.measured();
    this.rebreak();
    this.render();
  }

  /** Sizes as the style sheet has them. */
  measured() {
    const style = getComputedStyle(this.sheet);
    const font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    if (this.measure?.font !== font) this.measure = new Measure(font);
    const pixels = (name) => parseFloat(style.getPropertyValue(name));
    this.sizes = {
      width: this.sheet.clientWidth - pixels("--before") - 2,
      line: pixels("--line-height"),
      head: pixels("--head"),
      gap: pixels("--between"),
    };
    this.sheetTop = this.sheet.offsetTop;
    this.viewHeight = this.scroller.clientHeight;
    this.top = this.scroller.scrollTop;
  }

  scrolled() {
    this.top = this.scroller.scrollTop;
    this.later();
  }

  /** `top` is kept: reading it from the element would make the browser lay out the page at once. */
  scrollTo(top) {
    this.scroller.scrollTop = top;
    this.top = this.scroller.scrollTop;
  }

  resized() {
    const anchor = this.topWord();
    const before = { ...this.sizes };
    this.measured();
    if (
      Object.keys(before).every((key) => before[key] === this.sizes[key]) &&
      this.layout.lines.length
    )
      return this.later();
    this.clear();
    this.rebreak();
    if (anchor) this.scrollTo(this.lineOf(anchor.word.index).top + anchor.offset);
    this.render();
  }

  clear() {
    for (const node of this.nodes.values()) node.remove();
    this.nodes.clear();
  }

  rebreak() {
    this.place(broken(this.model, this.measure, this.sizes));
  }

  place(layout) {
    if (layout.height !== this.layout.height) this.sheet.style.height = `${layout.height}px`;
    this.layout = layout;
  }

  changed({ from, to, structure, speakers }) {
    const { anchor } = this; // as it was before the change
    if (structure || to > from)
      this.place(mended(this.layout, this.model, this.measure, this.sizes, { from, to }));
    if (anchor && from < anchor.word.index && this.model.word(anchor.word.id) === anchor.word) {
      const top = this.lineOf(anchor.word.index).top + anchor.offset;
      if (Math.abs(top - this.top) > 1) this.scrollTo(top);
    }
    if (speakers) for (const node of this.nodes.values()) node.sign = "";
    this.render();
  }

  /** The first word in view and how far the view's upper edge is below its line's. */
  topWord() {
    const line = this.layout.lines[lastBelow(this.layout.lines, this.top, "top")];
    const word = line && this.model.words[line.first];
    return word ? { word, offset: this.top - line.top } : null;
  }

  lineOf(index) {
    return this.layout.lines[lastBelow(this.layout.lines, index, "first")];
  }

  later() {
    this.frame ??= requestAnimationFrame(() => this.render());
  }

  render() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const { lines } = this.layout;
    const top = this.top - this.sheetTop;
    const last = lastBelow(lines, top + this.viewHeight + MARGIN, "top");
    const unused = new Map(this.nodes);
    this.previous = null;
    for (let i = lastBelow(lines, top - MARGIN, "top"); i <= last && lines[i]; i++)
      this.show(lines[i], unused);
    for (const [key, node] of unused) {
      if (node.words?.some((span) => span.word === this.pinned)) continue;
      node.remove();
      this.nodes.delete(key);
    }
    this.anchor = this.topWord();
  }

  show(line, unused) {
    const key = this.model.words[line.first].id;
    let node = this.nodes.get(key);
    unused.delete(key);
    const pinned = node?.words.some((span) => span.word === this.pinned);
    const sign = this.signOf(line);
    if (!pinned && node?.sign !== sign) {
      const made = this.make(line, sign);
      if (node) node.replaceWith(made);
      else if (this.previous) this.previous.after(made);
      else this.sheet.prepend(made);
      this.nodes.set(key, (node = made));
    }
    this.previous = node;
    if (node.top !== line.top) node.style.top = `${(node.top = line.top)}px`;
  }

  /** What a line shows, as one text. */
  signOf(line) {
    const { words } = this.model;
    let sign = line.opens ? `¶${words[line.first].speaker} ` : "";
    for (let i = line.first; i < line.end; i++) sign += `${words[i].id} ${words[i].text} `;
    return sign;
  }

  make(line, sign) {
    this.counter.lines++;
    const { words, language } = this.model;
    const node = h("div", { class: "line" });
    node.sign = sign;
    node.words = [];
    if (line.opens) node.append(this.head(words[line.first]));
    for (let i = line.first; i < line.end; i++) {
      const span = document.createElement("span");
      span.textContent = words[i].text;
      span.word = words[i].id;
      span.className = this.classOf(span.word);
      node.words.push(span);
      node.append(span);
      const next = words[i + 1];
      if (next && parted(words[i].text, next.text, language)) node.append(" ");
    }
    return node;
  }

  head(word) {
    const speaker = this.model.speakerOf(word);
    const time = h(
      "button",
      { type: "button", class: "time bare", tabindex: -1, title: "Play from here" },
      clock(word.start),
    );
    time.seconds = word.start;
    return h(
      "span",
      { class: "head" },
      swatch(speaker.colour_index),
      h("span", { class: "name", dir: "auto" }, speaker.name),
      time,
    );
  }

  classOf(id) {
    let name = "";
    for (const mark of MARKS) if (this.marks[mark].has(id)) name += ` ${mark}`;
    return name.slice(1);
  }

  spans(id) {
    const word = this.model.word(id);
    const line = word && this.lineOf(word.index);
    const node = line && this.nodes.get(this.model.words[line.first].id);
    return node ? node.words.filter((span) => span.word === id) : [];
  }

  /** The element of a word in view, or null. */
  span(id) {
    return this.spans(id)[0] ?? null;
  }

  /** Mark these words, and no others, in this way. */
  mark(name, ids) {
    const before = this.marks[name];
    const now = (this.marks[name] = new Set(ids));
    const differs = [...before]
      .filter((id) => !now.has(id))
      .concat([...now].filter((id) => !before.has(id)));
    if (differs.length < 50) {
      for (const id of differs)
        for (const span of this.spans(id)) span.className = this.classOf(id);
      return;
    }
    for (const node of this.nodes.values())
      for (const span of node.words) span.className = this.classOf(span.word);
  }

  inView(index) {
    const y = this.lineOf(index).top + this.sheetTop - this.top;
    return y >= 0 && y + this.sizes.line <= this.viewHeight;
  }

  /**
   * Scroll so that a word is in view; `at` is where in the view, from 0 to 1, unless it is in view
   * already.
   */
  reveal(index, at = 0.35, always = false) {
    if (!this.model.words[index] || (!always && this.inView(index))) return;
    this.scrollTo(this.lineOf(index).top + this.sheetTop - at * this.viewHeight);
    this.render();
  }
}
