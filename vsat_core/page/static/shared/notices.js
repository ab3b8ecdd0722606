// Short messages at the lower edge, also read out by screen readers.
import { h } from "./dom.js";

const SHOWN_MS = 7000;

function place() {
  const found = document.getElementById("notices");
  if (found) return found;
  const made = h("div", { id: "notices", role: "status", "aria-live": "polite" });
  document.body.append(made);
  return made;
}

/** Show a message; `action` is {label, run}. It goes after seven seconds unless it must be read. */
export function notice(text, { action = null, stays = false } = {}) {
  const node = h("div", { class: "notice" }, h("span", {}, text));
  const away = () => node.remove();
  if (action) {
    node.append(
      h("button", { type: "button", onclick: () => (away(), action.run()) }, action.label),
    );
  }
  node.append(
    h("button", { type: "button", "aria-label": "Close message", onclick: away }, "Close"),
  );
  place().append(node);
  if (!stays) setTimeout(away, SHOWN_MS);
  return node;
}

/** An error of api.js as a notice: its line and its remedy. */
export const failed = (error) =>
  notice([error.message, error.remedy].filter(Boolean).join(". "), { stays: true });
