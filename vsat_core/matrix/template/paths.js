// Combinations as lines through the stages: what the variants pressed and the range of times keep,
// and a sample of it.
const LINES = 300; // drawn at most, besides those on the front and those with a name
const paths = { axes: [], lines: [], wanted: new Map(), range: null, limits: [0, 1] };

function drawPaths() {
  paths.wanted.clear();
  paths.range = null;
  paths.axes = axesOf(view.subset.rows);
  paths.limits = ends(view.subset.rows.map((row) => row.seconds));
  const alone = STAGES.filter((stage) => !paths.axes.some((axis) => axis.stage === stage));
  put(
    $("paths-text"),
    "A line is a combination. From stage to stage it goes through the variant that it uses, the " +
      "fastest of which stand at the left, down to its errors and its time. Press variants to " +
      "keep only what uses them; drag " +
      "along the time to keep a part of it." +
      (alone.length ? ` With one variant here: ${alone.join(", ")}.` : ""),
  );
  drawParallel();
}

// The stages with a choice, and the variants used in the rows, fastest first.
function axesOf(rows) {
  const axes = STAGES.map((stage, i) => {
    const used = new Set(rows.map((row) => row.options[i]));
    const options = DATA.stages[stage]
      .map((option, k) => ({ ...option, k }))
      .filter((o) => used.has(o.k));
    return {
      stage,
      i,
      options: options.sort((a, b) => (a.seconds ?? Infinity) - (b.seconds ?? Infinity)),
    };
  });
  return axes.filter((axis) => axis.options.length > 1);
}

const passes = (row) =>
  [...paths.wanted].every(([i, set]) => set.has(row.options[i])) &&
  (!paths.range || (row.seconds >= paths.range[0] && row.seconds <= paths.range[1]));

// Of what passes the marked ones, and of the others a sample spread evenly over the list, which is
// sorted by time. What is fast, what is on the front and what has a name is drawn on top.
function sample() {
  const { rows, marks } = view.subset,
    key = heightKey(),
    named = Object.values(marks);
  const passing = rows.flatMap((row, i) => (key in row && passes(row) ? [i] : []));
  const marked = passing.filter((i) => rows[i].marks.length),
    rest = passing.filter((i) => !rows[i].marks.length);
  const step = Math.max(1, rest.length / LINES),
    drawn = [];
  for (let at = 0; at < rest.length; at += step) drawn.push(rest[Math.floor(at)]);
  const front = marked.filter((i) => !named.includes(i)),
    top = marked.filter((i) => named.includes(i));
  return { passing, drawn: [...drawn.reverse(), ...front.reverse(), ...top.reverse()] };
}

// Press a variant: lines through any of those pressed of a stage are kept.
function press(i, k) {
  const set = paths.wanted.get(i) || new Set();
  if (set.has(k)) set.delete(k);
  else set.add(k);
  if (set.size) paths.wanted.set(i, set);
  else paths.wanted.delete(i);
  drawParallel();
  $("parallel").querySelector(`[data-tick="${i} ${k}"]`).focus({ preventScroll: true });
}

function keepTimes(range) {
  const [low, high] = paths.limits;
  paths.range = range && (range[0] > low || range[1] < high) ? range : null;
  drawParallel();
}

// Arrow keys on the time axis move its upper end by a twentieth.
function stepTimes(event) {
  const step = stepOf(event),
    [low, high] = paths.limits,
    [from, to] = paths.range || paths.limits;
  if (!step) return;
  event.preventDefault();
  keepTimes([from, Math.max(from, Math.min(high, to + (step * (high - low)) / 20))]);
  $("parallel").querySelector(".handle").focus({ preventScroll: true });
}

function listenToPaths() {
  const box = $("parallel");
  let start = null;
  box.addEventListener("pointermove", (event) => (start === null ? hover(event) : null));
  box.addEventListener("pointerleave", () => showTip($("paths-plot"), null));
  box.addEventListener("click", (event) => {
    const line = event.target.closest(".tick, .handle") ? null : nearestLine(...placeIn(event));
    if (line) showInFull(line.index);
  });
  box.addEventListener("pointerdown", (event) => {
    start = event.target.closest(".handle") ? placeIn(event)[0] : null;
  });
  addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [a, b] = [start, placeIn(event)[0]].sort((x, y) => x - y).map(paths.time.back);
    start = null;
    keepTimes(b > a ? [a, b] : null);
  });
  $("paths-clear").addEventListener("click", drawPaths);
}
