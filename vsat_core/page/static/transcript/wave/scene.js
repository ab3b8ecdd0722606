// What the timeline is drawn with: colours of the style sheet, sizes, labels of the ruler.
import { clock } from "../../shared/format.js";
import { heights } from "./drawing.js";
import { laneSize, lanesOf } from "./lanes.js";

/** Colours as a canvas takes them: custom properties are resolved by an element that has them. */
function colourReader(element) {
  const probe = document.createElement("i");
  probe.hidden = true;
  element.append(probe);
  const read = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  return { read, done: () => probe.remove() };
}

const LARGEST_GAIN = 6;

/** Quiet recordings are drawn larger: by the highest peak, once the top of the pyramid is known. */
export function gainOf(peaks) {
  const out = [0, 0];
  const top = peaks.levels.length - 1;
  if (top < 0 || !peaks.extremes(top, 0, 1, out)) return 1;
  return Math.min(LARGEST_GAIN, 1 / Math.max(out[1], -out[0], 1e-3));
}

const decimals = (step) => (step >= 1 ? 0 : step >= 0.1 ? 1 : 2);

export function sceneOf({ element, model, turns, peaks, perSecond, waveHeight }) {
  const { read, done } = colourReader(element);
  const colours = { ground: read("--paper"), line: read("--line"), lane: read("--raised"), soft: read("--soft"), wave: read("--wave") };
  const lanes = lanesOf(turns, model.speakers, (i) => read(`--speaker-${i}`));
  done();
  const style = getComputedStyle(element);
  return { perSecond, peaks, lanes, colours, ratio: devicePixelRatio || 1, seconds: model.seconds,
    gain: gainOf(peaks), sizes: heights(waveHeight, laneSize(model.speakers.length)), font: `11px ${style.fontFamily}`,
    label: (seconds, step) => clock(seconds, decimals(step)) };
}
