// A critical-difference diagram (Demšar 2006): average ranks by errors over the recordings, with
// bars that join those between which no difference can be seen.
// pixels from entry to entry and from bar to bar; differences in a name
const STEP = 40,
  BAR = 12,
  MOST = 3;

function shortOrder() {
  const { ranks, files } = view.subset;
  if (ranks.entries) return `critical difference over ${integer(ranks.recordings)} recordings`;
  if (files.length >= 5) return "too few different transcripts";
  const have = files.length === 1 ? "is one" : `are ${integer(files.length)}`;
  return `needs five recordings, here ${have}`;
}

function drawOrder(box) {
  const { ranks, files } = view.subset;
  if (!ranks.entries) return void put(box, h("p", {}, noOrder(files.length)));
  const plot = h("div", { class: "plot", id: "ranks" });
  put(
    box,
    h("p", {}, found(ranks)),
    plot,
    how(ranks),
    table(
      ["average rank", "combination", ...files.map((f) => `${f} %`)],
      ranks.entries.map((e) => [
        decimals(e.rank, 2),
        h("span", { class: "wrap" }, entryName(e)),
        ...e.errors.map((x) => decimals(x, 1)),
      ]),
      files.map((_, i) => i + 2).concat(0),
    ),
  );
  drawRanks(plot, ranks);
}

const thereAre = (n) => (n === 1 ? "there is one" : `there are ${integer(n)}`);
const noOrder = (n) =>
  n >= 5
    ? "There are fewer than three transcripts that differ in their errors, so there is no order " +
      "to test."
    : "With five recordings or more of a kind, transcripts are ranked by their errors on each " +
      "recording, and what is shown here is whether that order is more than chance. " +
      `Here ${thereAre(n)}.`;

const probability = (p) => (p < 0.001 ? "p below 0.001" : `p = ${decimals(p, 3)}`);

// What the test says, in a sentence or two.
function found(ranks) {
  const over = `over ${integer(ranks.recordings)} recordings`,
    p = `Friedman's test: ${probability(ranks.p)}`;
  if (ranks.p >= ranks.level) {
    return (
      `That cannot be said: ${over} the order by ${ranks.rate} may be chance (${p}), so none of ` +
      `these can be said ` +
      "to make fewer errors than another."
    );
  }
  const differ = ranks.entries.at(-1).rank - ranks.entries[0].rank >= ranks.critical;
  return (
    `Yes, more than by chance: ${over} some make fewer errors than others (${ranks.rate}; ${p}). ` +
    (differ
      ? "Those not joined by a bar differ; of those joined no difference can be seen."
      : "Between which of them, so few recordings cannot tell.")
  );
}

function how(ranks) {
  const shown = ranks.entries.length,
    all = shown === ranks.of;
  return small(
    `Combinations ranked by ${ranks.rate} on each recording, 1 for the fewest errors; ranks are ` +
      `averaged. ` +
      `Nemenyi's critical difference at ${percent(100 * ranks.level)}: two differ where their ` +
      `average ranks are ` +
      `${decimals(ranks.critical, 2)} or more apart (Demšar 2006). ` +
      (all
        ? "All with different errors are shown. "
        : `Shown are ${integer(shown)} of ${integer(ranks.of)} with different errors: those with ` +
          `a name and those on the ` +
          "front first, then the fastest. ") +
      'A name with "with" says what sets it apart from what is recommended. ' +
      "The critical difference depends on how many take part.",
  );
}

// A transcript by the name of a profile that writes it, or by what sets it apart from what is
// recommended: of all combinations listed that write it, the one that differs least.
function entryName(entry) {
  const { rows, marks } = view.subset,
    { chain } = rows[entry.row],
    best = recommended() || rows[marks.anchor];
  const names = Object.entries(marks)
    .filter(([, i]) => rows[i].chain === chain)
    .map(([mark]) => called(mark));
  const sets = best ? rows.filter((row) => row.chain === chain).map((row) => apart(row, best)) : [];
  const least = sets.reduce((a, b) => (b.length < a.length ? b : a), sets[0] || []);
  const more = least.length > MOST ? ` and ${integer(least.length - MOST)} more` : "";
  const name =
    [...new Set(names)].join(", ") ||
    (least.length && `with ${least.slice(0, MOST).join(", ")}${more}`) ||
    `number ${integer(entry.row + 1)} by time`;
  return entry.others ? `${name} (and ${integer(entry.others)} with the same errors)` : name;
}

const apart = (row, best) =>
  STAGES.flatMap((stage, i) =>
    row.options[i] === best.options[i] ? [] : [`${stage} ${optionOf(row, i).name}`],
  );

// A line for each entry: its name, and below it its average rank as a dot; bars at the right join
// what does not differ.
function drawRanks(box, ranks) {
  const { entries, groups } = ranks,
    size = { width: Math.max(box.clientWidth, 260), above: 58 };
  size.height = size.above + STEP * entries.length + 8;
  size.right = size.width - 16 - BAR * groups.length;
  const x = (rank) => 12 + ((rank - 1) / Math.max(1, entries.length - 1)) * (size.right - 24);
  const y = (i) => size.above + STEP * i + 26,
    marks = view.subset.marks;
  const ticks = entries.map((_, i) => i + 1),
    from = x(1),
    to = x(1 + ranks.critical);
  const named = (e) =>
    Object.keys(marks).find(
      (m) => view.subset.rows[marks[m]].chain === view.subset.rows[e.row].chain,
    );
  put(
    box,
    s(
      "svg",
      {
        width: size.width,
        height: size.height,
        role: "img",
        "aria-label": "Average ranks, the fewest errors first",
      },
      s(
        "g",
        { class: "axes" },
        ticks.map((v) => [
          s("text", { class: "middle", x: x(v), y: size.above - 6 }, v),
          s("line", { x1: x(v), x2: x(v), y1: size.above, y2: size.height - 8 }),
        ]),
      ),
      to <= size.width && [
        s("path", { class: "critical", d: `M${from} 12V20M${from} 16H${to}M${to} 12V20` }),
        s(
          "text",
          {
            class: "figure",
            x: to + 8 < size.width - 170 ? to + 8 : from,
            y: to + 8 < size.width - 170 ? 20 : 34,
          },
          `critical difference ${decimals(ranks.critical, 2)}`,
        ),
      ],
      entries.map((e, i) => [
        s(
          "text",
          { class: named(e) ? "label" : "figure", x: 4, y: y(i) - 10 },
          shortened(entryName(e), size.right),
        ),
        s("line", { class: "track", x1: 12, x2: size.right - 12, y1: y(i), y2: y(i) }),
        s(
          "circle",
          { class: named(e) ? "dot best" : "dot", cx: x(e.rank), cy: y(i), r: 5 },
          s("title", {}, `${entryName(e)}: average rank ${decimals(e.rank, 2)}`),
        ),
      ]),
      groups.map(([first, last], k) =>
        s("path", {
          class: "joined",
          d: `M${size.right + 8 + BAR * k} ${y(first) - 8}V${y(last) + 8}`,
        }),
      ),
    ),
  );
}

// As much of a text as fits; the table below has all of it.
function shortened(text, width) {
  const most = Math.floor(width / 7);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
