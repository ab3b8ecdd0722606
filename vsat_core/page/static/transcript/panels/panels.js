// The tabs beside the text.
import { h } from "../../shared/dom.js";
import { drawing } from "../icons.js";

/** Fires "open" with {name} when a tab is shown. */
export class Panels extends EventTarget {
  /** `tabs`: [{name, label, key}]; each gets an element in `bodies`. */
  constructor(list, holder, tabs) {
    super();
    Object.assign(this, { list, holder, bodies: {}, buttons: {}, current: null });
    for (const { name, label, key } of tabs) this.add(name, label, key);
    list.addEventListener("keydown", (event) => this.key(event));
    list.after(
      h(
        "button",
        {
          type: "button",
          class: "bare",
          "aria-label": "Close tools",
          title: "Close tools",
          onclick: () => this.shut(true),
        },
        drawing("close"),
      ),
    );
  }

  add(name, label, key) {
    this.bodies[name] = h("div", {
      class: "tab-panel",
      id: `panel-${name}`,
      role: "tabpanel",
      "aria-labelledby": `tab-${name}`,
      tabindex: 0,
      hidden: true,
    });
    this.buttons[name] = h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-controls": `panel-${name}`,
        "aria-selected": "false",
        tabindex: -1,
        title: `${label} (${key})`,
        onclick: () => this.open(name),
      },
      label,
    );
    this.list.append(this.buttons[name]);
    this.holder.append(this.bodies[name]);
  }

  /** Show a tab; `focus` goes to what its owner puts forward. */
  open(name, focus = true) {
    this.shut(false);
    for (const other of Object.keys(this.bodies)) {
      this.bodies[other].hidden = other !== name;
      this.buttons[other].setAttribute("aria-selected", String(other === name));
      this.buttons[other].tabIndex = other === name ? 0 : -1;
    }
    this.current = name;
    this.dispatchEvent(new CustomEvent("open", { detail: { name, focus } }));
    const first = this.bodies[name].querySelector("[data-first]");
    if (focus && first) first.focus();
  }

  /** Hide or show the panel as a whole. */
  shut(away) {
    document.body.classList.toggle("shut", away);
    this.dispatchEvent(new CustomEvent("shut", { detail: { away } }));
  }

  get away() {
    return document.body.classList.contains("shut");
  }

  key(event) {
    const names = Object.keys(this.buttons);
    const at = names.indexOf(this.current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const name = names[(to + names.length) % names.length];
    this.open(name, false);
    this.buttons[name].focus();
  }
}
