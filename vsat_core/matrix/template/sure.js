// How sure: the figures of what is recommended next to the others, how they were checked, and what they do not tell.
function drawSure(box) {
  const row = recommended();
  put(box, row ? [figures(row), section("What to expect", expectations()), section("How that is known", evidence())] : null,
    section("What it does not tell", caveats()));
}

const section = (title, lines) => (lines.length ? [h("h3", {}, title), list(lines)] : null);
const duels = () => view.subset.against || {};
const rivals = () => Object.keys(view.subset.comparisons).filter((mark) => !sameAs(mark));

// The shortest answer: end-to-end runs if there are any, and the number of recordings.
function shortSure() {
  const [name, duel] = Object.entries(duels())[0] || [], on = `measured on ${recordings(filesOf(view.subset))}`;
  return recommended() && name ? `${on}; run end to end ${duelText(name, duel)}` : on;
}

const duelText = (name, duel) => `${faster(duel.times_faster, name === "candidate" ? "what looked faster" : name)} (${span(duel.low, duel.high, ratio) || "no interval"} from ` +
  `${plural(duel.pairs, "pair")}${["tie", "inconclusive"].includes(duel.verdict) ? `: ${duel.verdict}` : ""})`;

// Every figure with its interval, and against the others.
function figures(row) {
  const others = rivals(), { subset } = view, compared = (mark) => subset.rows[subset.marks[mark]];
  const run = measured("recommended"), bounds = (rate) => (subset.chosen.intervals || {})[rate];
  const rows = [
    ["time, composed", `${seconds(row.seconds)} (${between(row.low, row.high, row.seconds)})`, ...others.map((mark) => {
      const comparison = subset.comparisons[mark];
      return `${seconds(compared(mark).seconds)}; ${faster(comparison.times_faster, called(mark))} (${span(comparison.low, comparison.high, ratio)}` +
        `${comparison.tie ? ": tie" : ""})`;
    })],
    run && [`time, run end to end on ${run.file}`, seconds(run.measured_s), ...others.map((mark) => {
      const other = measured(called(mark)), duel = duels()[called(mark)];
      return other && duel ? `${seconds(other.measured_s)}; ${duelText(called(mark), duel)}` : "";
    })],
    ["times faster than real time", digits(1 / row.rtf), ...others.map((mark) => digits(1 / compared(mark).rtf))],
    ["peak memory, longest recording", `${integer(row.peak_mb)} MB${run ? ` (run end to end: ${integer(run.measured_mb)} MB)` : ""}`,
      ...others.map((mark) => `${integer(compared(mark).peak_mb)} MB`)],
    ...view.rates.map((rate) => [`${rate}: % ${counted(rate)}`,
      percent(row[rate]) + (bounds(rate) ? ` (${span(...bounds(rate), (x) => decimals(x, 1))} %)` : ""),
      ...others.map((mark) => {
        const comparison = subset.comparisons[mark].accuracy[rate];
        return rate in compared(mark) ? `${percent(compared(mark)[rate])}${comparison ? `; ${points(comparison)}` : ""}` : "";
      })]),
  ].filter(Boolean);
  return h("div", { id: "figures" }, table(["in brackets: 95 % intervals", called("recommended"), ...others.map(called)], rows));
}

// An end-to-end run of the first recording of the subset.
const measured = (name) => DATA.validation.find((w) => w.name === name && w.file === view.subset.files[0] && !w.failure);

function points(comparison) {
  if (comparison.points === 0 && comparison.low === comparison.high) return "the same";
  const bounds = span(comparison.low, comparison.high, (x) => signed(x));
  return `${called("recommended")} has ${signed(comparison.points)} points${bounds ? ` (${bounds})` : ""}: ${comparison.verdict}`;
}

function expectations() {
  const { expected } = view.subset, row = recommended();
  if (!expected) return [];
  return [`Expect ${between(expected.low, expected.high, row.seconds)} for this sound: ${expected.why}.`,
    (expected.command || {}).text && `${expected.command.text}.`].filter(Boolean);
}

// End-to-end runs, and how far composing was off.
function evidence() {
  const c = composed(), lines = view.subset.reasons.map((r) => `${r[0].toUpperCase()}${r.slice(1)}.`);
  for (const [name, duel] of Object.entries(duels())) {
    lines.push(`Run end to end, alternating, on ${view.subset.files[0]}, it was ${duelText(name, duel)}.`);
  }
  if (!c) return [...lines, "Nothing was run end to end, so how far composed times are off is not known."];
  lines.push([`Composed times were off by ${share(c.time_median)} at the median (`, link("checked", "more below"), ")."]);
  if (c.drift_median) lines.push(`Between measuring the stages and running end to end this machine drifted by ${share(c.drift_median)} at the median.`);
  if (c.time_median > 0.1 || c.drift_median > 0.1) lines.push("That is much: trust end-to-end runs more than composed times.");
  return lines;
}

function caveats() {
  const lines = [], files = filesOf(view.subset), unscored = files.filter((f) => !scored(f));
  if (unscored.length) {
    const whose = unscored.length === files.length ? "Errors are" : `Errors of ${plural(unscored.length, "recording")} are`;
    lines.push(`${whose} differences from what ${DATA.anchor} writes, not from what was said: there was no reference.`);
  }
  if (files.length < 5) {
    lines.push(`Measured on ${plural(files.length, "recording")} only: intervals of errors come from short blocks ` +
      "of them and say little about other voices and rooms.");
  }
  const wrong = DATA.notes.filter((n) => n.includes("DISAGREES")).length;
  if (wrong) lines.push([`${plural(wrong, "variant")} did not agree with the baseline as promised: see `, link("remarks", "below"), "."]);
  lines.push(`Times hold for this machine: ${DATA.machine.key}, ${plural(DATA.machine.threads, "thread")}.`);
  return lines;
}
