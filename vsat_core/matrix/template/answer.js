// The answer in sentences: which profile, how much faster, how sure, and what it costs.
function drawAnswer() {
  const part = view.part, row = recommended();
  document.title = `vsat matrix: ${recordings(DATA.files)}`;
  if (!row) {
    put($("answer-title"), "Nothing is recommended");
    put($("lead"), h("p", { class: "lead" }, part.refused || "No combination could be run."));
    put($("tiles"));
    put($("rates"));
    put($("sure"), caveats());
    return;
  }
  const profile = profileOf(part), kinds = DATA.parts.filter((p) => p.name !== "all");
  put($("answer-title"), profile ? ["Use ", h("code", {}, profile.name)]
    : kinds.length ? "Use a profile for each kind of recording" : "Use the combination marked recommended");
  put($("lead"), profile || !kinds.length ? null : [eachKind(kinds), h("h3", {}, "If it must be one for all of them"),
    h("p", { class: "small" }, "No profile was written for it: copy its text below.")],
  h("p", { class: "lead" }, sentences(part, row).join(" ")), profile ? [
    copyable(`vsat run --profile ${profile.name} RECORDING`, "the command"),
    h("p", { class: "small" }, "The profile was written to ", h("code", {}, profile.path), "."),
  ] : null);
  put($("tiles"), speedTile(part), timeTile(part, row), errorTile(part, row), memoryTile(part, row));
  put($("rates"), rates(part, row));
  put($("sure"), certainty(), caveats());
}

// Which profile for what sounds how, where there are several.
function eachKind(kinds) {
  return table(["recordings", "profile", "times as fast", "than", "errors", "memory"], kinds.map((part) => {
    const row = part.rows[part.marks.recommended], profile = profileOf(part), rate = RATES.find((r) => row && r in row);
    const pick = h("button", { type: "button", onclick: () => pickPart(part) }, part.name);
    if (!row) return [pick, part.refused, "", "", "", ""];
    const than = part.comparisons.baseline ? "baseline" : "anchor", found = part.comparisons[than];
    return [pick, profile ? h("code", {}, profile.name) : "none written",
      found ? `${digits(found.times_faster)} ×${found.tie ? ", a tie" : ""}` : "",
      found ? called(than) : "", rate ? `${rate} ${percent(row[rate])}` : "", `${whole(row.peak_mb)} MB`];
  }), [2, 4, 5]);
}

function sentences(part, row) {
  const against = Object.entries(part.comparisons).filter(([name]) => name === "baseline" || !sameAs(name));
  const fast = against.reverse().map(([name, found]) => faster(found, called(name))).join(", and ");
  const said = [`It takes ${seconds(row.seconds)} for ${long(part.audio_s)} of sound, composed of its stages' times` +
                (fast ? `: ${fast}.` : ".")];
  const [name, whole_run] = Object.entries(wholeRuns()).at(-1) || [];
  const run = measuredWhole(part), took = run ? `took ${seconds(run.measured_s)} and ` : "";
  if (name) said.push(`Run whole on ${part.files[0]} it ${took}was ${wholly(name, whole_run)}.`);
  if (sameAs("anchor")) said.push(`It is ${DATA.anchor} itself: nothing is better by more than measuring can tell.`);
  if (rival(part)[1] || !sameAs("anchor")) said.push(cost(part, row));
  said.push(`It needs ${whole(row.peak_mb)} MB of memory for the longest recording.`);
  return said;
}

// Whole runs by turns are of the first recording of each kind.
const wholeRuns = () => view.part.against || {};
const wholly = (name, found) => `${digits(found.times_faster)} times as fast as ${name} (${interval(found)}, ` +
  `mean of ${plural(found.pairs, "pair")})${found.verdict === "tie" ? ", which is not proven" : ""}`;

const sameAs = (mark) => view.part.marks[mark] !== undefined && view.part.marks[mark] === view.part.marks.recommended;

// What it is compared with in accuracy: the profile started from, or where it is that one the baseline.
const rival = (part) => (sameAs("anchor") ? ["baseline", part.comparisons.baseline] :
  [DATA.anchor, part.comparisons.anchor]);

// What it costs in accuracy, by the rate that counts most.
function cost(part, row) {
  const rate = view.rates[0], [other, compared] = rival(part), found = ((compared || {}).accuracy || {})[rate];
  if (!rate) return "Its accuracy could not be scored.";
  const here = `${rate} ${percent(row[rate])}`;
  if (!found) return `Its ${here} cannot be compared with ${other}, which is not among the rows.`;
  const bounds = span(found.low, found.high, (x) => signed(x));
  const points = `${signed(found.points)} points${bounds ? ` (95 % interval ${bounds})` : ""}`;
  if (found.verdict === "worse") return `It costs accuracy: ${here}, ${points} against ${other}.`;
  if (found.verdict === "better") return `It is also more accurate: ${here}, ${points} against ${other}.`;
  if (found.points === 0) return `It costs no accuracy: ${here}, the same as ${other}.`;
  return `Its ${here} is ${points} against ${other}: too small a difference to tell on these recordings.`;
}

const tile = (title, big, ...lines) => h("div", { class: "tile" }, h("h3", {}, title), h("p", { class: "big" }, big),
  lines.flat().filter(Boolean).map((line) => h("p", {}, line)));

function speedTile(part) {
  const found = part.comparisons.baseline || part.comparisons.anchor;
  const name = part.comparisons.baseline ? "baseline" : DATA.anchor;
  if (!found) return tile("Speed", "–", "Neither the baseline nor the profile started from is among the rows.");
  const other = part.comparisons.baseline && !sameAs("anchor") ? part.comparisons.anchor : null;
  const than = (name, found) => `as fast as ${name}; ${interval(found)}${found.tie ? ": a tie" : ""}`;
  return tile("Speed", `${digits(found.times_faster)} ×`, than(name, found),
    other && `${digits(other.times_faster)} × ${than(DATA.anchor, other)}`,
    "composed of the stages' times",
    Object.entries(wholeRuns()).map(([than, run]) => `run whole: ${digits(run.times_faster)} × as fast as ${than}`),
    !part.comparisons.baseline &&
      "Not all variants of the baseline profile are in this matrix, so it is not compared.");
}

function timeTile(part, row) {
  const run = measuredWhole(part);
  return tile("Time", seconds(row.seconds),
    `composed; 95 % interval by its stages' calls alone ${between(row.low, row.high, row.seconds)}`,
    run && `${seconds(run.measured_s)} measured, run whole on ${run.file}`,
    part.expected && `expect ${between(part.expected.low, part.expected.high, row.seconds)}: ${part.expected.why}`,
    part.expected && part.expected.command.said,
    `for ${long(part.audio_s)} of sound: ${digits(1 / row.rtf)} times faster than real time, models loaded`);
}

function errorTile(part, row) {
  const rate = view.rates[0];
  if (!rate) return tile("Errors", "–", "No reference to score against.");
  const bounds = (part.chosen.intervals || {})[rate], [other, found] = rival(part);
  return tile(agreement() ? "Disagreement" : "Errors", percent(row[rate]),
    rate + (bounds ? `; 95 % interval ${span(...bounds, (x) => decimals(x, 1))} %` : ""),
    found && found.accuracy[rate] && `against ${other} ${change(found.accuracy[rate])}`);
}

function change(found) {
  const bounds = found.low === found.high ? "" : span(found.low, found.high, (x) => signed(x));
  return `${signed(found.points)} points${bounds ? ` (${bounds})` : ""}, ${found.verdict}`;
}

// Every rate with its interval, and the difference to the others, paired.
function rates(part, row) {
  const others = Object.keys(part.comparisons).filter((m) => !sameAs(m));
  if (!view.rates.length) return null;
  const heads = others.map((m) => `against ${called(m)}, 95 % interval`);
  return table(["rate", "recommended", "95 % interval", ...heads], view.rates.map((rate) => {
    const bounds = (part.chosen.intervals || {})[rate];
    return [rate, percent(row[rate]), bounds ? `${span(...bounds, (x) => decimals(x, 1))} %` : "",
      ...others.map((m) => (part.comparisons[m].accuracy[rate] ? change(part.comparisons[m].accuracy[rate]) : ""))];
  }), [1, 2]);
}

const measuredWhole = (part) =>
  DATA.validation.find((w) => w.name === "recommended" && w.file === part.files[0] && !w.failure);

function memoryTile(part, row) {
  const run = measuredWhole(part);
  const others = ["anchor", "baseline"].filter((m) => m in part.marks && !sameAs(m))
    .map((m) => `${called(m)}: ${whole(part.rows[part.marks[m]].peak_mb)} MB`);
  return tile("Memory", `${whole(row.peak_mb)} MB`, "peak of the longest recording, composed",
    run && `${whole(run.measured_mb)} MB measured, run whole on ${run.file}`, others.join("; "));
}

// Whole runs, and how far composing was off.
function certainty() {
  const lines = [], c = composed();
  for (const [name, found] of Object.entries(wholeRuns())) {
    lines.push(`Run whole by turns on ${view.part.files[0]}, it was ${wholly(name, found)}.`);
  }
  if (c) {
    const what = c.in_turns ? `The stages of ${plural(c.n, "combination")}, added up in turns with whole runs, ` :
      `Composed figures of ${plural(c.n, "combination")} run whole `;
    lines.push(`${what}were off by ${share(c.time_median)} of the time and ${share(c.memory_median)} of the memory ` +
      `at the median; ${whole(c.same_answers)} of ${whole(c.n)} gave the same answer.`);
    if (c.in_turns) {
      lines.push(`What was measured before is off from these by ${share(c.drift_median)} at the median: this ` +
        "machine drifts, and inputs taken for the same work differ.");
    }
    if (c.repeat_median) lines.push(`Two calls of the same combination differ by ${share(c.repeat_median)} at the median.`);
    if (c.time_median > 0.1 || c.drift_median > 0.1) {
      lines.push("That is much: trust what was run whole more than what was composed.");
    }
  } else lines.push("Nothing was run whole, so how far composed figures are off is not known.");
  return h("div", {}, h("h3", {}, "How sure"), list([...view.part.reasons.map((r) => `${r}.`), ...lines]), ties());
}

// Variants that could take a place in it without a difference that measuring can tell.
function ties() {
  const same = Object.entries(view.part.ties || {});
  const n = same.reduce((sum, [, names]) => sum + names.length, 0);
  return n ? h("details", {}, h("summary", {}, `${plural(n, "variant")} would do as well in its place`),
    list(same.map(([stage, names]) => `${stage}: ${names.join(", ")}`))) : null;
}

function caveats() {
  const lines = [], files = filesOf(view.part);
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
  return h("div", {}, h("h3", {}, "Mind"), list(lines));
}

const link = (id, text) => h("a", { href: `#${id}` }, text);
