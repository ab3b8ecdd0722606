// The start page: starts its parts and keeps them up to date.
import { $, icon, put } from "/static/shared/dom.js";
import { events } from "./events.js";
import { showJob, loadJobs } from "./jobs.js";
import { loadRecordings } from "./recordings.js";
import { startChoices } from "./choices.js";
import { startDropping } from "./dropping.js";
import { startSearch } from "./search.js";

const MOON = "M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z";

function startTheme() {
  const button = $("theme");
  const show = () => {
    const name = window.vsatTheme.current();
    put(button, icon(MOON));
    button.title = `Colours: ${name}`;
    button.setAttribute("aria-label", `Colours: ${name}. Press to change`);
  };
  button.addEventListener("click", () => (window.vsatTheme.next(), show()));
  show();
}

startTheme();
startChoices();
startDropping();
startSearch();
events({
  opened: () => (loadJobs(), loadRecordings()),
  job: showJob,
  recordings: loadRecordings,
});
