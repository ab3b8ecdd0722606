// The buttons at the top: undo, find, export, colours, keys, tools.
import { h, put } from "../shared/dom.js";
import { notice } from "../shared/notices.js";
import { exportMenu } from "./exporting.js";
import { drawing } from "./icons.js";

const button = (name, label, run, text = null) =>
  h(
    "button",
    { type: "button", class: "bare", title: label, "aria-label": label, onclick: run },
    drawing(name),
    text ? h("span", { class: "label" }, text) : null,
  );
const gap = () => h("span", { class: "gap" });

function showTools(panels) {
  if (panels.away) panels.open(panels.current ?? "review");
  else panels.shut(true);
}

export function toolbar(holder, page, address) {
  const undo = button("undo", "Undo (Ctrl+Z)", () => page.acts.step("undo"));
  const redo = button("redo", "Redo (Ctrl+Shift+Z)", () => page.acts.step("redo"));
  const find = button("find", "Find and replace (Ctrl+F)", () => page.find.begin());
  const taking = button("download", "Export (Ctrl+S)", () => page.exporting(), "Export");
  const theme = button("theme", "Light, dark, or as the system says", () =>
    notice(`Colours: ${window.vsatTheme.next()}.`),
  );
  const keys = button("keys", "Keyboard shortcuts (?)", () => page.help());
  const tools = button("panel", "Show or hide tools", () => showTools(page.panels));
  put(holder, undo, redo, gap(), find, taking, gap(), theme, keys, tools);
  taking.setAttribute("aria-haspopup", "menu");
  taking.setAttribute("aria-expanded", "false");
  page.exporting = () => exportMenu(taking, address, page.saver);
  const enable = () => {
    undo.disabled = !page.model.canUndo && !page.saver.waiting;
    redo.disabled = !page.model.canRedo;
  };
  page.saver.addEventListener("state", enable);
  page.saver.addEventListener("revision", enable);
  enable();
}
