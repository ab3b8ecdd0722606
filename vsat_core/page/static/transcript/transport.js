// Buttons of the player.
import { h, put } from "../shared/dom.js";
import { clock, lasting, spoken } from "../shared/format.js";
import { drawing } from "./icons.js";
import { SPEEDS } from "./player.js";

const button = (name, label, run, more = {}) =>
  h(
    "button",
    { type: "button", title: label, "aria-label": label, onclick: run, ...more },
    drawing(name),
  );

/** A button that plays and pauses, and shows which it does. */
function playButton(player) {
  const play = button("play", "Play (Space)", () => player.toggle(), { class: "play" });
  const drawn = () => {
    const label = player.playing ? "Pause (Space)" : "Play (Space)";
    put(play, drawing(player.playing ? "pause" : "play"));
    play.setAttribute("aria-label", label);
    play.title = label;
  };
  player.addEventListener("play", drawn);
  player.addEventListener("pause", drawn);
  return play;
}

function speeds(player) {
  const options = SPEEDS.map((value) => h("option", { value, selected: value === 1 }, `${value}×`));
  const list = h("select", { "aria-label": "Speed", title: "Speed (Alt+, and Alt+.)" }, options);
  list.addEventListener("change", () => (player.speed = Number(list.value)));
  player.addEventListener("rate", () => (list.value = String(player.speed)));
  return list;
}

function zooming(timeline) {
  const length = h("span", { class: "view-length", title: "Length of the stretch shown" });
  const show = ({ from, to }) => (length.textContent = span(to - from));
  timeline.addEventListener("view", ({ detail }) => show(detail));
  show(timeline.view);
  return h(
    "span",
    { class: "end", role: "group", "aria-label": "Zoom of the timeline" },
    button("minus", "Zoom out (Alt+-)", () => timeline.zoom(1 / 2)),
    length,
    button("plus", "Zoom in (Alt+=)", () => timeline.zoom(2)),
    h("button", { type: "button", onclick: () => timeline.zoomTo(timeline.longest) }, "All"),
  );
}

export function transport(holder, { player, timeline, slider }) {
  const [now, all] = [h("b", {}, clock(0)), h("span", { class: "soft" }, clock(player.seconds))];
  put(
    holder,
    button("back5", "Back 5 seconds (Alt+J)", () => player.by(-5)),
    playButton(player),
    button("forward5", "Forward 5 seconds (Alt+L)", () => player.by(5)),
    h("span", { class: "clock" }, now, " / ", all),
    speeds(player),
    zooming(timeline),
  );
  player.addEventListener("time", () => tick(now, slider, player));
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
