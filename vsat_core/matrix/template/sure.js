// How sure: the figures of what is recommended next to the others, how they were checked, and what
// they do not tell.
function drawSure(box) {
  const row = recommended();
  put(
    box,
    row
      ? [
          figures(row),
          section("What to expect", expectations()),
          section("How that is known", evidence()),
        ]
      : null,
    section("What it does not tell", caveats()),
  );
}

const section = (title, lines) => (lines.length ? [h("h3", {}, title), list(lines)] : null);
const duels = () => view.subset.against || {};
const rivals = () => Object.keys(view.subset.comparisons).filter((mark) => !sameAs(mark));
const undecided = (verdict) => (["tie", "inconclusive"].includes(verdict) ? `: ${verdict}` : "");

// The shortest answer: the number of recordings, and end-to-end runs if there are any that say
// most.
function shortSure() {
  const name = ["candidate", DATA.anchor, "baseline"].find((n) => n in duels());
  const on = `measured on ${recordings(filesOf(view.subset))}`;
  return name ? `${on}; run end to end, ${duelText(name, duels()[name])}` : on;
}

// "mine was 1.31 times as fast as default (1.10 to 1.56 from 4 pairs)"; the candidate is what was
// tried and not taken.
function duelText(name, duel) {
  const [times, low, high] = [duel.times_faster, duel.low, duel.high],
    tried = name === "candidate";
  const bounds =
    low === null || high === null
      ? "no interval"
      : tried
        ? span(1 / high, 1 / low, ratio)
        : span(low, high, ratio);
  return (
    (tried
      ? `what looked faster was ${ratio(1 / times)} times as fast`
      : `${called("recommended")} was ${faster(times, name)}`) +
    ` (${bounds} from ${plural(duel.pairs, "pair")}${undecided(duel.verdict)})`
  );
}

// Every figure with its interval, and that of the others.
function figures(row) {
  const others = rivals(),
    run = measured("recommended");
  const line = (name, own, other) => [name, own, ...others.map(other)];
  const rows = [
    line(
      "time, composed",
      `${seconds(row.seconds)} (${between(row.low, row.high, row.seconds)})`,
      composedTime,
    ),
    run && line(`time, run end to end on ${run.file}`, seconds(run.measured_s), runTime),
    line("times faster than real time", digits(1 / row.rtf), (mark) => digits(1 / rowOf(mark).rtf)),
    line(
      "peak memory, longest recording",
      `${integer(row.peak_mb)} MB` +
        (run ? ` (run end to end: ${integer(run.measured_mb)} MB)` : ""),
      (mark) => `${integer(rowOf(mark).peak_mb)} MB`,
    ),
    ...view.rates.map((rate) =>
      line(`${rate}: % ${counted(rate)}`, percent(row[rate]) + boundsOf(rate), (mark) =>
        rateOf(mark, rate),
      ),
    ),
  ];
  return h(
    "div",
    { id: "figures" },
    table(
      ["in brackets: 95 % intervals", called("recommended"), ...others.map(called)],
      rows.filter(Boolean),
    ),
  );
}

const rowOf = (mark) => view.subset.rows[view.subset.marks[mark]];

// An end-to-end run of the first recording of the subset.
const measured = (name) =>
  DATA.validation.find((w) => w.name === name && w.file === view.subset.files[0] && !w.failure);

function composedTime(mark) {
  const comparison = view.subset.comparisons[mark],
    bounds = span(comparison.low, comparison.high, ratio);
  return (
    `${seconds(rowOf(mark).seconds)}; ${called("recommended")} is ` +
    `${ratio(comparison.times_faster)} times as fast ` +
    `(${bounds}${comparison.tie ? ": tie" : ""})`
  );
}

function runTime(mark) {
  const run = measured(called(mark)),
    duel = duels()[called(mark)];
  return run && duel ? `${seconds(run.measured_s)}; ${duelText(called(mark), duel)}` : "";
}

function boundsOf(rate) {
  const bounds = (view.subset.chosen.intervals || {})[rate];
  return bounds ? ` (${span(...bounds, (x) => decimals(x, 1))} %)` : "";
}

// A rate of another, and how many points more or less the recommended one has.
function rateOf(mark, rate) {
  const comparison = view.subset.comparisons[mark].accuracy[rate];
  if (!(rate in rowOf(mark))) return "";
  return percent(rowOf(mark)[rate]) + (comparison ? `; ${points(comparison)}` : "");
}

function points(comparison) {
  if (comparison.points === 0 && comparison.low === comparison.high) return "the same";
  const bounds = span(comparison.low, comparison.high, (x) => signed(x));
  return (
    `${called("recommended")} has ${signed(comparison.points)} points` +
    `${bounds ? ` (${bounds})` : ""}: ${comparison.verdict}`
  );
}

function expectations() {
  const { expected } = view.subset,
    row = recommended();
  if (!expected) return [];
  return [
    `Expect ${between(expected.low, expected.high, row.seconds)} for this sound: ${expected.why}.`,
    (expected.command || {}).text && `${expected.command.text}.`,
  ].filter(Boolean);
}

// End-to-end runs, and how far composing was off.
function evidence() {
  const c = composed(),
    lines = view.subset.reasons.map((r) => `${r[0].toUpperCase()}${r.slice(1)}.`);
  for (const [name, duel] of Object.entries(duels())) {
    lines.push(`Run end to end, alternating, on ${view.subset.files[0]}, ${duelText(name, duel)}.`);
  }
  if (!c)
    return [
      ...lines,
      "Nothing was run end to end, so how far composed times are off is not known.",
    ];
  lines.push([
    `Composed times were off by ${share(c.time_median)} at the median (`,
    link("checked", "more below"),
    ").",
  ]);
  if (c.drift_median) {
    lines.push(
      "Between measuring the stages and running end to end this machine drifted by " +
        `${share(c.drift_median)} at the median.`,
    );
  }
  const much = c.time_median > 0.1 || c.drift_median > 0.1;
  return much ? [...lines, "That is much: trust end-to-end runs more than composed times."] : lines;
}

function caveats() {
  const lines = [],
    files = filesOf(view.subset),
    unscored = files.filter((f) => !scored(f));
  if (unscored.length) {
    const whose =
      unscored.length === files.length
        ? "Errors"
        : `Errors of ${plural(unscored.length, "recording")}`;
    lines.push(
      `${whose} are differences from what ${DATA.anchor} writes, not from what was said: there ` +
        `was no reference.`,
    );
  }
  if (files.length < 5) {
    lines.push(
      `Measured on ${plural(files.length, "recording")} only: intervals of errors come from ` +
        `short blocks ` +
        "of them and say little about other voices and rooms.",
    );
  }
  const wrong = DATA.notes.filter((n) => n.includes("DISAGREES")).length;
  if (wrong) {
    lines.push([
      `${plural(wrong, "variant")} did not agree with the baseline as promised: see `,
      link("remarks", "below"),
      ".",
    ]);
  }
  lines.push(
    `Times hold for this machine: ${DATA.machine.key}, ${plural(DATA.machine.threads, "thread")}.`,
  );
  return lines;
}
