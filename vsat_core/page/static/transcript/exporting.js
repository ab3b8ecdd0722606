// The menu of files to take away.
import { get } from "../shared/api.js";
import { h } from "../shared/dom.js";

const FORMATS = [
  ["docx", "Word document"],
  ["txt", "Plain text"],
  ["md", "Markdown"],
  ["srt", "Subtitles, SRT"],
  ["vtt", "Subtitles, WebVTT"],
  ["json", "JSON, everything"],
];

const LABELS = new Map([
  ...FORMATS,
  ["pdf", "PDF"],
  ["odt", "OpenDocument text"],
  ["html", "Web page"],
  ["csv", "Table, CSV"],
  ["rttm", "Speaker turns, RTTM"],
  ["ctm", "Word times, CTM"],
  ["stm", "Paragraphs, STM"],
  ["seglst", "Paragraphs, SegLST"],
  ["eaf", "ELAN"],
  ["textgrid", "Praat"],
  ["audacity", "Audacity labels"],
]);

/** Links to the files; each closes the menu. */
const links = (formats, address, close) =>
  formats.map(([name, label]) =>
    h(
      "a",
      {
        role: "menuitem",
        href: `${address}/export?format=${name}`,
        download: true,
        onclick: close,
      },
      label,
      h("span", { class: "soft small" }, `.${name}`),
    ),
  );

/** Open the menu under a button. Formats come from the server where it names them. */
export async function exportMenu(button, address, saver) {
  document.querySelector(".menu")?.remove();
  await saver.send();
  const named = await get("/api/formats").catch(() => null);
  const formats = named ? named.map((name) => [name, LABELS.get(name) ?? name]) : FORMATS;
  const menu = h(
    "div",
    { class: "menu", popover: "auto", role: "menu", "aria-label": "Export" },
    links(formats, address, () => menu.hidePopover()),
  );
  document.body.append(menu);
  const box = button.getBoundingClientRect();
  menu.style.top = `${box.bottom + 4}px`;
  menu.style.right = `${Math.max(8, document.documentElement.clientWidth - box.right)}px`;
  menu.addEventListener(
    "toggle",
    ({ newState }) =>
      newState === "closed" && (menu.remove(), button.setAttribute("aria-expanded", "false")),
  );
  menu.addEventListener("keydown", (event) => walk(event, [...menu.children]));
  button.setAttribute("aria-expanded", "true");
  menu.showPopover();
  menu.firstChild.focus();
}

function walk(event, items) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + by + items.length) % items.length].focus();
}
