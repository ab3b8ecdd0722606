// Search in all transcripts; a hit opens the page at that second.
import { get } from "/static/shared/api.js";
import { $, h, put } from "/static/shared/dom.js";
import { clock } from "/static/shared/format.js";

const PAUSE_MS = 200;
const SHORTEST = 2;
let timer = 0;
let asked = "";

function hit(one) {
  const address = `/t/${encodeURIComponent(one.recording)}#t=${one.start.toFixed(3)}`;
  return h(
    "li",
    {},
    h(
      "a",
      { href: address },
      h("span", { class: "file" }, one.name),
      h("span", { class: "number soft" }, clock(one.start)),
      h(
        "span",
        { class: "line" },
        one.speaker ? h("b", {}, `${one.speaker}: `) : null,
        one.before,
        h("mark", {}, one.match),
        one.after,
      ),
    ),
  );
}

/** What is typed may be the beginning of its last word, unless that stands in quotes. */
function asQuery(typed) {
  const quoted = typed.split('"').length % 2 === 0;
  return !quoted && /[\p{L}\p{N}]$/u.test(typed) ? `${typed}*` : typed;
}

async function search() {
  const query = $("query").value.trim();
  asked = query;
  $("found").hidden = query.length < SHORTEST;
  if (query.length < SHORTEST) return;
  try {
    const found = await get(`/api/search?${new URLSearchParams({ q: asQuery(query) })}`);
    if (asked !== query) return; // an answer that came late
    put($("hits"), found.map(hit));
    $("found-count").textContent = found.length
      ? `${found.length} ${found.length === 1 ? "match" : "matches"}`
      : `nothing for ${query}`;
  } catch (error) {
    if (asked !== query) return;
    put($("hits"));
    $("found-count").textContent = error.message;
  }
}

function close() {
  $("query").value = "";
  $("found").hidden = true;
  asked = "";
  $("query").focus();
}

export function startSearch() {
  $("query").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  $("search").addEventListener(
    "submit",
    (event) => (event.preventDefault(), clearTimeout(timer), search()),
  );
  $("found-close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      $("query").focus();
    } else if (event.key === "Escape" && event.target === $("query")) {
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !$("found").hidden) {
      move(event, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}

/** Arrow keys go from the field through the hits and back. */
function move(event, step) {
  const stops = [$("query"), ...document.querySelectorAll("#hits a")];
  const at = stops.indexOf(document.activeElement);
  if (at < 0 || !stops[at + step]) return;
  event.preventDefault();
  stops[at + step].focus();
}
