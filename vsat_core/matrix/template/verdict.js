// What to do: as the results say it, or where they do not, put together from their figures.
function verdictOf(subset) {
  if (subset.verdict) return { exchanges: [], ...subset.verdict };
  const { anchor, recommended: best } = subset.marks;
  if (best === undefined) {
    return { kind: "nothing", profile: "", exchanges: [],
      sentence: `Nothing is recommended: ${subset.refused || "no combination could be run"}.` };
  }
  const keep = best === anchor, profile = keep ? DATA.anchor : writtenAs(subset);
  const errors = errorsInWords(subset, subset.rows[best]);
  const head = keep ? `Keep ${profile}` : `Use ${profile || "the combination marked recommended"}`;
  const what = keep ? "nothing else is better by more than measuring can tell" : speedInWords(subset);
  return { kind: keep ? "keep" : "change", profile, exchanges: exchangesOf(subset),
    sentence: `${head}: ${what}${errors ? `, ${errors}` : ""}.` };
}

// The name of the profile written for a subset; none is written for all where there are several kinds.
const writtenAs = (subset) => (subset.profile || "").split(/[\\/]/).pop().replace(/\.toml$/, "");

// End-to-end runs say most where there are enough of them; else what was composed of stages.
function speedInWords(subset) {
  const duel = (subset.against || {})[DATA.anchor], { anchor, baseline } = subset.comparisons;
  const tie = ", so it may be no faster";
  if (duel && duel.low !== null && duel.high !== null) {
    const unsure = ["tie", "inconclusive"].includes(duel.verdict) ? tie : "";
    return `${faster(duel.times_faster, DATA.anchor)} (${interval(duel)} from ` +
      `${plural(duel.pairs, "pair")} of end-to-end runs${unsure})`;
  }
  const [than, comparison] = anchor ? [DATA.anchor, anchor] : ["baseline", baseline];
  if (!comparison) return `${seconds(subset.rows[subset.marks.recommended].seconds)} for ${long(subset.audio_s)} of sound`;
  return `${faster(comparison.times_faster, than)} (${interval(comparison)}, added up from its stages` +
    `${comparison.tie ? tie : ""})`;
}

// What it costs in accuracy, by the rate that counts most.
function errorsInWords(subset, row) {
  const rate = RATES.find((r) => r in row), against = (subset.comparisons.anchor || {}).accuracy || {};
  if (!rate) return "";
  const unscored = !filesOf(subset).some(scored), here = `${percent(row[rate])} ${(unscored ? DIFFERS : COUNTS)[rate]}`;
  const comparison = against[rate];
  if (unscored) return `with ${here}, compared with what ${DATA.anchor} writes`;
  if (!comparison || subset.marks.anchor === subset.marks.recommended) return `with ${here}`;
  const points = `${decimals(Math.abs(comparison.points), 1)} points`;
  if (comparison.verdict === "worse") return `at the cost of ${points} more errors: ${here}`;
  if (comparison.verdict === "better") return `with ${points} fewer errors: ${here}`;
  if (comparison.points === 0) return `with as many errors: ${here}`;
  return `with as many errors but for ${points}, which may be chance: ${here}`;
}

// What differs from the profile started from, and the seconds that each exchange saves.
function exchangesOf(subset) {
  const { anchor, recommended: best } = subset.marks;
  if (anchor === undefined || best === undefined) return [];
  const [from, to] = [subset.rows[anchor], subset.rows[best]], times = subset.stage_seconds;
  return STAGES.flatMap((stage, i) => (from.options[i] === to.options[i] ? [] : [{
    stage, from: optionOf(from, i).name, to: optionOf(to, i).name,
    saves_s: times.anchor[i] - times.recommended[i], low_s: null, high_s: null,
  }]));
}
