// The answer in sentences: which profile, how much faster, how sure, and what it costs.
function drawAnswer() {
  const subset = view.subset, row = recommended();
  document.title = `vsat matrix: ${recordings(DATA.files)}`;
  if (!row) {
    put($("answer-title"), "Nothing is recommended");
    put($("lead"), h("p", { class: "lead" }, subset.refused || "No combination could be run."));
    put($("tiles"));
    put($("rates"));
    put($("sure"), caveats());
    return;
  }
  const profile = profileOf(subset), kinds = DATA.subsets.filter((p) => p.name !== "all");
  put($("answer-title"), profile ? ["Use ", h("code", {}, profile.name)]
    : kinds.length ? "Use a profile for each kind of recording" : "Use the combination marked recommended");
  put($("lead"), profile || !kinds.length ? null : [eachKind(kinds), h("h3", {}, "If it must be one for all of them"),
    h("p", { class: "small" }, "No profile was written for it: copy its text below.")],
  h("p", { class: "lead" }, sentences(subset, row).join(" ")), profile ? [
    copyable(`vsat run --profile ${profile.name} RECORDING`, "the command"),
    h("p", { class: "small" }, "The profile was written to ", h("code", {}, profile.path), "."),
  ] : null);
  put($("tiles"), speedTile(subset), timeTile(subset, row), errorTile(subset, row), memoryTile(subset, row));
  put($("rates"), rates(subset, row));
  put($("sure"), certainty(), caveats());
}

// Which profile for what sounds how, where there are several.
function eachKind(kinds) {
  return table(["recordings", "profile", "times as fast", "than", "errors", "memory"], kinds.map((subset) => {
    const row = subset.rows[subset.marks.recommended], profile = profileOf(subset), rate = RATES.find((r) => row && r in row);
    const pick = h("button", { type: "button", onclick: () => pickSubset(subset) }, subset.name);
    if (!row) return [pick, subset.refused, "", "", "", ""];
    const than = subset.comparisons.baseline ? "baseline" : "anchor", comparison = subset.comparisons[than];
    return [pick, profile ? h("code", {}, profile.name) : "none written",
      comparison ? `${digits(comparison.times_faster)} ×${comparison.tie ? ", tie" : ""}` : "",
      comparison ? called(than) : "", rate ? `${rate} ${percent(row[rate])}` : "", `${integer(row.peak_mb)} MB`];
  }), [2, 4, 5]);
}

function sentences(subset, row) {
  const against = Object.entries(subset.comparisons).filter(([name]) => name === "baseline" || !sameAs(name));
  const fast = against.reverse().map(([name, comparison]) => faster(comparison, called(name))).join(", and ");
  const lines = [`It takes ${seconds(row.seconds)} for ${long(subset.audio_s)} of sound, composed of its stages' times` +
                (fast ? `: ${fast}.` : ".")];
  const [name, duel] = Object.entries(duels()).at(-1) || [];
  const run = measuredRun(subset), took = run ? `took ${seconds(run.measured_s)} and ` : "";
  if (name) lines.push(`Run end to end on ${subset.files[0]} it ${took}was ${duelText(name, duel)}.`);
  if (sameAs("anchor")) lines.push(`It is ${DATA.anchor} itself: nothing is better by more than measuring can tell.`);
  if (rival(subset)[1] || !sameAs("anchor")) lines.push(cost(subset, row));
  lines.push(`It needs ${integer(row.peak_mb)} MB of memory for the longest recording.`);
  return lines;
}

// Alternating end-to-end runs are of the first recording of each kind.
const duels = () => view.subset.against || {};
const duelText = (name, comparison) => `${digits(comparison.times_faster)} times as fast as ${name} (${interval(comparison)}, ` +
  `mean of ${plural(comparison.pairs, "pair")})${undecided(comparison) ? `, ${comparison.verdict}` : ""}`;

const sameAs = (mark) => view.subset.marks[mark] !== undefined && view.subset.marks[mark] === view.subset.marks.recommended;

// What it is compared with in accuracy: the profile started from, or where it is that one the baseline.
const rival = (subset) => (sameAs("anchor") ? ["baseline", subset.comparisons.baseline] :
  [DATA.anchor, subset.comparisons.anchor]);

// What it costs in accuracy, by the rate that counts most.
function cost(subset, row) {
  const rate = view.rates[0], [other, compared] = rival(subset), comparison = ((compared || {}).accuracy || {})[rate];
  if (!rate) return "Its accuracy could not be scored.";
  const here = `${rate} ${percent(row[rate])}`;
  if (!comparison) return `Its ${here} cannot be compared with ${other}, which is not among the rows.`;
  const bounds = span(comparison.low, comparison.high, (x) => signed(x));
  const points = `${signed(comparison.points)} points${bounds ? ` (95 % interval ${bounds})` : ""}`;
  if (comparison.verdict === "worse") return `It costs accuracy: ${here}, ${points} against ${other}.`;
  if (comparison.verdict === "better") return `It is also more accurate: ${here}, ${points} against ${other}.`;
  if (comparison.points === 0) return `It costs no accuracy: ${here}, the same as ${other}.`;
  return `Its ${here} is ${points} against ${other}: ${comparison.verdict}, no evidence of a difference on these recordings.`;
}

const tile = (title, big, ...lines) => h("div", { class: "tile" }, h("h3", {}, title), h("p", { class: "big" }, big),
  lines.flat().filter(Boolean).map((line) => h("p", {}, line)));

function speedTile(subset) {
  const comparison = subset.comparisons.baseline || subset.comparisons.anchor;
  const name = subset.comparisons.baseline ? "baseline" : DATA.anchor;
  if (!comparison) return tile("Speed", "–", "Neither the baseline nor the profile started from is among the rows.");
  const other = subset.comparisons.baseline && !sameAs("anchor") ? subset.comparisons.anchor : null;
  const than = (name, comparison) => `as fast as ${name}; ${interval(comparison)}${comparison.tie ? ": tie" : ""}`;
  return tile("Speed", `${digits(comparison.times_faster)} ×`, than(name, comparison),
    other && `${digits(other.times_faster)} × ${than(DATA.anchor, other)}`,
    "composed of the stages' times",
    Object.entries(duels()).map(([than, run]) => `run end to end: ${digits(run.times_faster)} × as fast as ${than}`),
    !subset.comparisons.baseline &&
      "Not all variants of the baseline profile are in this matrix, so it is not compared.");
}

function timeTile(subset, row) {
  const run = measuredRun(subset);
  return tile("Time", seconds(row.seconds),
    `composed; 95 % interval by its stages' calls alone ${between(row.low, row.high, row.seconds)}`,
    run && `${seconds(run.measured_s)} measured, run end to end on ${run.file}`,
    subset.expected && `expect ${between(subset.expected.low, subset.expected.high, row.seconds)}: ${subset.expected.why}`,
    subset.expected && subset.expected.command.text,
    `for ${long(subset.audio_s)} of sound: ${digits(1 / row.rtf)} times faster than real time, models loaded`);
}

function errorTile(subset, row) {
  const rate = view.rates[0];
  if (!rate) return tile("Errors", "–", "No reference to score against.");
  const bounds = (subset.chosen.intervals || {})[rate], [other, comparison] = rival(subset);
  return tile(agreement() ? "Disagreement" : "Errors", percent(row[rate]),
    rate + (bounds ? `; 95 % interval ${span(...bounds, (x) => decimals(x, 1))} %` : ""),
    comparison && comparison.accuracy[rate] && `against ${other} ${change(comparison.accuracy[rate])}`);
}

function change(comparison) {
  const bounds = comparison.low === comparison.high ? "" : span(comparison.low, comparison.high, (x) => signed(x));
  return `${signed(comparison.points)} points${bounds ? ` (${bounds})` : ""}, ${comparison.verdict}`;
}

// Every rate with its interval, and the difference to the others, paired.
function rates(subset, row) {
  const others = Object.keys(subset.comparisons).filter((m) => !sameAs(m));
  if (!view.rates.length) return null;
  const heads = others.map((m) => `against ${called(m)}, 95 % interval`);
  return table(["rate", "recommended", "95 % interval", ...heads], view.rates.map((rate) => {
    const bounds = (subset.chosen.intervals || {})[rate];
    return [rate, percent(row[rate]), bounds ? `${span(...bounds, (x) => decimals(x, 1))} %` : "",
      ...others.map((m) => (subset.comparisons[m].accuracy[rate] ? change(subset.comparisons[m].accuracy[rate]) : ""))];
  }), [1, 2]);
}

const measuredRun = (subset) =>
  DATA.validation.find((w) => w.name === "recommended" && w.file === subset.files[0] && !w.failure);

function memoryTile(subset, row) {
  const run = measuredRun(subset);
  const others = ["anchor", "baseline"].filter((m) => m in subset.marks && !sameAs(m))
    .map((m) => `${called(m)}: ${integer(subset.rows[subset.marks[m]].peak_mb)} MB`);
  return tile("Memory", `${integer(row.peak_mb)} MB`, "peak of the longest recording, composed",
    run && `${integer(run.measured_mb)} MB measured, run end to end on ${run.file}`, others.join("; "));
}

// End-to-end runs, and how far composing was off.
function certainty() {
  const lines = [], c = composed();
  for (const [name, comparison] of Object.entries(duels())) {
    lines.push(`Run end to end, alternating, on ${view.subset.files[0]}, it was ${duelText(name, comparison)}.`);
  }
  if (c) {
    const what = c.interleaved ? `The stages of ${plural(c.n, "combination")}, re-timed interleaved with end-to-end runs, ` :
      `Composed figures of ${plural(c.n, "combination")} run end to end `;
    lines.push(`${what}were off by ${share(c.time_median)} of the time and ${share(c.memory_median)} of the memory ` +
      `at the median; ${integer(c.same_answers)} of ${integer(c.n)} gave the same answer.`);
    if (c.interleaved) {
      lines.push(`What was measured before is off from these by ${share(c.drift_median)} at the median: this ` +
        "machine drifts, and inputs taken for the same work differ.");
    }
    if (c.repeat_median) lines.push(`Two calls of the same combination differ by ${share(c.repeat_median)} at the median.`);
    if (c.time_median > 0.1 || c.drift_median > 0.1) {
      lines.push("That is much: trust end-to-end runs more than what was composed.");
    }
  } else lines.push("Nothing was run end to end, so how far composed figures are off is not known.");
  return h("div", {}, h("h3", {}, "How sure"), list([...view.subset.reasons.map((r) => `${r}.`), ...lines]), ties());
}

// Variants that could take a place in it without a difference that measuring can tell.
function ties() {
  const same = Object.entries(view.subset.ties || {});
  const n = same.reduce((sum, [, names]) => sum + names.length, 0);
  return n ? h("details", {}, h("summary", {}, `${plural(n, "variant")} would do as well in its place`),
    list(same.map(([stage, names]) => `${stage}: ${names.join(", ")}`))) : null;
}

function caveats() {
  const lines = [], files = filesOf(view.subset);
  const agreed = files.filter((f) => f.reference !== "references");
  const whose = agreed.length === files.length ? "Accuracy" : `Accuracy of ${plural(agreed.length, "recording")}`;
  if (agreed.length) {
    lines.push(`${whose} is ${agreed[0].reference}, not with what was really said: there was no reference.`);
  }
  if (files.length < 5) {
    lines.push(`Measured on ${plural(files.length, "recording")} only: intervals of accuracy come from short blocks ` +
      "of them and say little about other voices and rooms.");
  }
  const wrong = plural(DATA.notes.filter((n) => n.includes("DISAGREES")).length, "variant");
  if (!wrong.startsWith("0 ")) {
    lines.push([`${wrong} did not agree with the baseline as promised: see `, link("remarks", "below"), "."]);
  }
  lines.push(`Times hold for this machine: ${DATA.machine.key}, ${plural(DATA.machine.threads, "thread")}.`);
  lines.push("Composed: added up from stages measured apart. Baseline: the plainest variant of every stage. cpWER: " +
    "wrong words and words given to the wrong speaker, of all words. DER: time given to the wrong speaker or to none.");
  return h("div", {}, h("h3", {}, "Note"), list(lines));
}

const link = (id, text) => h("a", { href: `#${id}` }, text);
