// Whether all is saved, said at the top; what other tabs did; what could not be kept.
import { counted } from "../shared/format.js";
import { notice } from "../shared/notices.js";

const SLOW_MS = 250; // "Saving" is shown only when it takes this long: no flicker at each word

function said(state, waiting) {
  if (state === "offline") return `Offline: ${counted(waiting, "change")} not saved yet`;
  return state === "saving" ? "Saving" : "All changes saved";
}

export function reports(page, element) {
  const { saver, model, id } = page;
  let timer = null;
  const show = (state, waiting) => {
    const text = said(state, waiting);
    if (element.textContent !== text) element.textContent = text;
    element.dataset.state = state;
  };
  show("saved", 0);
  saver.addEventListener("state", ({ detail: { state, waiting } }) => {
    clearTimeout(timer);
    element.dataset.pending = String(waiting);
    if (state === "saving" && element.dataset.state !== "offline")
      timer = setTimeout(() => show(saver.state, saver.waiting), SLOW_MS);
    else show(state, waiting);
  });
  saver.addEventListener("conflict", ({ detail }) =>
    notice(conflict(detail), { stays: detail.dropped.length > 0 }),
  );
  saver.addEventListener("refused", ({ detail: { error } }) =>
    notice(`Not saved: ${error.message}. ${error.remedy}`, { stays: true }),
  );
  otherTabs(saver, model, id);
}

function conflict({ answer, dropped }) {
  const theirs = counted(answer.words?.id?.length ?? 0, "word");
  if (!dropped.length) return `Another tab changed ${theirs}; they are shown as they are now.`;
  const ours = counted(dropped.length, "change");
  const verb = dropped.length === 1 ? "was" : "were";
  return (
    "Another tab changed the same words first. They are shown as they are now; " +
    `${ours} of yours there ${verb} left out.`
  );
}

/** The server says when another tab has saved something. */
function otherTabs(saver, model, id) {
  if (!window.EventSource) return;
  const events = new EventSource("/api/events");
  events.addEventListener("edit", ({ data }) => {
    const { recording, revision } = JSON.parse(data);
    if (recording === id) saver.refresh(revision).catch(() => null);
  });
  addEventListener("pagehide", () => events.close());
}
