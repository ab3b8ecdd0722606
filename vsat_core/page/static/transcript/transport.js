// Buttons of the player.
import { h, put } from "../shared/dom.js";
import { clock, lasting, spoken } from "../shared/format.js";
import { drawing } from "./icons.js";
import { SPEEDS } from "./player.js";

const button = (name, label, run, more = {}) =>
  h("button", { type: "button", title: label, "aria-label": label, onclick: run, ...more }, drawing(name));

export function transport(holder, { player, timeline, slider }) {
  const play = button("play", "Play (Space)", () => player.toggle(), { class: "play" });
  const [now, all] = [h("b", {}, clock(0)), h("span", { class: "soft" }, clock(player.seconds))];
  const speed = h(
    "select",
    {
      "aria-label": "Speed",
      title: "Speed (Alt+, and Alt+.)",
      onchange: () => (player.speed = Number(speed.value)),
    },
    SPEEDS.map((value) => h("option", { value, selected: value === 1 }, `${value}×`)),
  );
  const length = h("span", { class: "view-length", title: "Length of the stretch shown" });
  put(
    holder,
    button("back5", "Back 5 seconds (Alt+J)", () => player.by(-5)),
    play,
    button("forward5", "Forward 5 seconds (Alt+L)", () => player.by(5)),
    h("span", { class: "clock" }, now, " / ", all),
    speed,
    h(
      "span",
      { class: "end", role: "group", "aria-label": "Zoom of the timeline" },
      button("minus", "Zoom out (Alt+-)", () => timeline.zoom(1 / 2)),
      length,
      button("plus", "Zoom in (Alt+=)", () => timeline.zoom(2)),
      h("button", { type: "button", onclick: () => timeline.zoomTo(timeline.longest) }, "All"),
    ),
  );
  const drawn = () => {
    put(play, drawing(player.playing ? "pause" : "play"));
    play.setAttribute("aria-label", player.playing ? "Pause (Space)" : "Play (Space)");
    play.title = play.getAttribute("aria-label");
  };
  player.addEventListener("play", drawn);
  player.addEventListener("pause", drawn);
  player.addEventListener("rate", () => (speed.value = String(player.speed)));
  player.addEventListener("time", () => tick(now, slider, player));
  timeline.addEventListener("view", ({ detail }) => (length.textContent = span(detail.to - detail.from)));
  length.textContent = span(timeline.view.to - timeline.view.from);
  slider.setAttribute("aria-valuemax", Math.round(player.seconds));
}

const span = (seconds) => (seconds < 10 ? `${seconds.toFixed(1)} s` : lasting(seconds));

function tick(now, slider, player) {
  const text = clock(player.time);
  if (now.textContent === text) return;
  now.textContent = text;
  slider.setAttribute("aria-valuenow", Math.round(player.time));
  slider.setAttribute("aria-valuetext", spoken(player.time));
}
