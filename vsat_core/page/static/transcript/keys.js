// The keyboard: one table says what each key does, and the page of shortcuts is made from it.
import { h } from "../shared/dom.js";

const NAMES = {
  " ": "Space",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  ArrowUp: "Up",
  ArrowDown: "Down",
  Escape: "Esc",
};
const SIGNS = { Comma: ",", Period: ".", Equal: "=", Minus: "-" };
const EDITABLE = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const PRESSABLE = "button, a, summary, [role=tab], input";

/**
 * "Ctrl+Shift+Z" of an event; Command counts as Ctrl. With Alt the place of the key counts: Alt
 * changes signs on a Mac.
 */
export function chord(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  let key = NAMES[event.key] ?? event.key;
  if (event.altKey) key = SIGNS[event.code] ?? /^(?:Key|Digit)(.)$/.exec(event.code)?.[1] ?? key;
  if (key.length === 1) key = key.toUpperCase();
  if (event.shiftKey && (key.length > 1 || parts.length)) parts.push("Shift");
  return [...parts, key].join("+");
}

/**
 * Where a key may act: "any" where, "page" outside fields, "text" in the text alone, "never" for
 * those only listed.
 */
function allowed(command, event, text) {
  const { target } = event;
  if (command.where === "never") return false; // only listed: word_editor.js does it
  if (document.querySelector("dialog:modal")) return false;
  if (command.where === "any") return true;
  if (target.closest?.(EDITABLE)) return false;
  if (command.where === "text") return target === text;
  return !(["Space", "Enter"].includes(chord(event)) && target.closest?.(PRESSABLE));
}

/**
 * Listen for the keys of a table of {group, keys, label, where, run}. `typed` gets signs typed in
 * the text.
 */
export function listen(commands, text, typed) {
  const byKey = new Map();
  for (const command of commands)
    for (const key of command.keys) byKey.set(key, [...(byKey.get(key) ?? []), command]);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = (byKey.get(chord(event)) ?? []).find((one) => allowed(one, event, text));
    if (command) {
      event.preventDefault();
      command.run(event);
    } else if (
      event.target === text &&
      event.key.length === 1 &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey
    ) {
      typed(event);
    }
  });
}

const caps = (key) => key.split("+").map((part, i) => [i ? "+" : null, h("kbd", {}, part || "+")]);

/** The keys of a group, and what they do. */
function section(name, commands) {
  const keysOf = ({ keys }) => keys.slice(0, 2).map((key, i) => [i ? " or " : null, caps(key)]);
  const lines = commands.map((one) => [h("dt", {}, keysOf(one)), h("dd", {}, one.label)]);
  return h("section", {}, h("h3", {}, name), h("dl", {}, lines));
}

/** The page of shortcuts, in a dialog. */
export function showKeys(commands) {
  const groups = Map.groupBy ? Map.groupBy(commands, (c) => c.group) : grouped(commands);
  const sections = [...groups].map(([name, all]) => section(name, all));
  const dialog = h(
    "dialog",
    { "aria-labelledby": "keys-title", tabindex: -1 },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id: "keys-title" }, "Keyboard"),
      h("button", { type: "button", onclick: () => dialog.close() }, "Close"),
    ),
    h("div", { class: "keys" }, sections),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function grouped(commands) {
  const groups = new Map();
  for (const command of commands)
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return groups;
}
