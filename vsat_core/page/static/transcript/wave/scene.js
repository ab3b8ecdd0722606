// What the timeline is drawn with: colours of the style sheet, sizes, labels of the ruler.
import { clock } from "../../shared/format.js";
import { heights } from "./drawing.js";
import { laneSize, lanesOf } from "./lanes.js";

/** Colours as a canvas takes them: custom properties are resolved by elements that have them, all
 * at once, since each reading after a change makes the browser compute styles. */
function coloursOf(element, names) {
  const probe = document.createElement("i");
  probe.hidden = true;
  for (const name of names) {
    const one = document.createElement("i");
    one.style.color = `var(${name})`;
    probe.append(one);
  }
  element.append(probe);
  const found = Object.fromEntries(
    names.map((name, i) => [name, getComputedStyle(probe.children[i]).color]),
  );
  probe.remove();
  return found;
}

const LARGEST_GAIN = 6;

const GAIN_POINTS = 2048; // at most, of the pyramid
const HIGH = 0.98; // of the peaks are drawn below the full height

/** The level whose peaks say how loud a recording is. */
export const gainLevel = (peaks) => peaks.levels.findIndex(({ points }) => points <= GAIN_POINTS);

/** Quiet recordings are drawn larger, once that level is known. */
export function gainOf(peaks) {
  const level = gainLevel(peaks);
  const highs = [];
  const out = [0, 0];
  for (let i = 0; level >= 0 && i < peaks.levels[level].points; i++) {
    const span = peaks.spanOf(level);
    if (!peaks.extremes(level, i * span, (i + 1) * span, out)) return 1;
    highs.push(Math.max(out[1], -out[0]));
  }
  const high = highs.sort((a, b) => a - b)[Math.floor(HIGH * highs.length)] ?? 1;
  return Math.max(1, Math.min(LARGEST_GAIN, 0.9 / Math.max(high, 1e-3)));
}

const decimals = (step) => (step >= 1 ? 0 : step >= 0.1 ? 1 : 2);

export function sceneOf({ element, model, turns, peaks, perSecond, waveHeight }) {
  const speaker = (i) => `--speaker-${i}`;
  const speakers = Array.from({ length: 8 }, (_, i) => speaker(i));
  const read = coloursOf(element, ["--line", "--raised", "--soft", "--wave", ...speakers]);
  const colours = {
    line: read["--line"],
    lane: read["--raised"],
    soft: read["--soft"],
    wave: read["--wave"],
  };
  const lanes = lanesOf(turns, model.speakers, (i) => read[speaker(i)]);
  const style = getComputedStyle(element);
  return {
    perSecond,
    peaks,
    lanes,
    colours,
    ratio: devicePixelRatio || 1,
    seconds: model.seconds,
    gain: gainOf(peaks),
    sizes: heights(waveHeight, laneSize(model.speakers.length)),
    font: style.fontFamily,
    label: (seconds, step) => clock(seconds, decimals(step)),
  };
}
