// The sound cannot be played: say why, and where the file was moved, ask for its place.
import { bytes, post } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { failed, notice } from "../shared/notices.js";

/** Called for each failure of the player; asks once. */
export async function soundFailed(page, address) {
  if (page.soundSaid) return;
  page.soundSaid = true;
  try {
    await bytes(`${address}/sound.wav`, [0, 43]);
    notice("This browser cannot play the sound. Reading and correcting go on without it.", {
      stays: true,
    });
  } catch (error) {
    if (error.status === 409) ask(page, address, error);
    else failed(error);
  }
}

/** The question, as a form. */
function form(error, path, said, send, leave) {
  return h(
    "form",
    { class: "asking", onsubmit: send },
    h("h2", { id: "moved-title" }, "Where is the recording?"),
    h("p", {}, error.message),
    h("label", { class: "field" }, "Its path now", path),
    said,
    h(
      "div",
      { class: "row" },
      h("button", { type: "submit", class: "main" }, "Use this file"),
      h("button", { type: "button", onclick: leave }, "Go on without sound"),
    ),
  );
}

function ask(page, address, error) {
  const path = h("input", {
    type: "text",
    placeholder: "/folder/recording.wav",
    autocomplete: "off",
  });
  const said = h("p", { class: "small", role: "status" });
  const send = async (event) => {
    event.preventDefault();
    try {
      await post(`${address}/source`, { path: path.value.trim() });
      dialog.close();
      page.soundSaid = false;
      page.player.audio.load();
    } catch (refusal) {
      said.textContent = [refusal.message, refusal.remedy].filter(Boolean).join(". ");
    }
  };
  const dialog = h(
    "dialog",
    { "aria-labelledby": "moved-title" },
    form(error, path, said, send, () => dialog.close()),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
