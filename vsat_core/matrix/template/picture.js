// The first picture: time across, errors up, with the choice, the profile started from and the best
// trade-offs.
const picture = { points: [], stops: [], at: -1 };

function drawPicture() {
  const box = $("picture"),
    { subset } = view,
    key = heightKey(),
    tip = box.querySelector(".tip");
  const size = { ...frame(box, box.clientWidth < 480 ? 230 : 330), left: 40, above: 14, below: 24 };
  const shown = subset.rows.flatMap((row, i) => (key in row ? [i] : []));
  tip.hidden = true;
  if (!shown.length) return void box.replaceChildren(tip);
  const at = (i) => subset.rows[i],
    bottom = size.height - size.below;
  const x = honest(
    [...shown.map((i) => at(i).seconds), ...named().map((p) => at(p.index).high)],
    size.left,
    size.width - size.right,
    WIDE,
  );
  const y = honest(
    shown.map((i) => at(i)[key]),
    bottom - 8,
    size.above,
  );
  const points = shown.map((index) => ({
    index,
    x: x(at(index).seconds),
    y: y(at(index)[key]),
    count: 1,
  }));
  const front = frontOf(points),
    edge = new Set(front.map((p) => p.index)),
    marks = named();
  const weight = ({ index }) =>
    marks.some((m) => m.index === index) ? 3 : edge.has(index) ? 2 : 0;
  picture.points = thinned(points, weight);
  Object.assign(picture, {
    stops: picture.points.filter((p) => weight(p)).sort((a, b) => a.x - b.x),
    at: -1,
  });
  const place = (m) => ({ ...m, x: x(at(m.index).seconds), y: y(at(m.index)[key]) });
  const drawing = s(
    "svg",
    {
      width: size.width,
      height: size.height,
      role: "img",
      "aria-label": `${plural(shown.length, "combination")} by time and ${heightName(key)}`,
    },
    axes(size, x, y),
    s("path", { class: "edge", d: staircase(front) }),
    picture.points.map((p) =>
      s("circle", {
        cx: p.x,
        cy: p.y,
        r: edge.has(p.index) ? 4.5 : 3,
        "data-row": p.index,
        class: edge.has(p.index) ? "dot best" : "dot",
      }),
    ),
    marks.map(place).map((m) => bounds(m, x)),
    marks
      .map(place)
      .reverse()
      .map((m) => marker(m.mark, m.x, m.y)),
    labels(marks.map(place), front, size),
  );
  box.replaceChildren(
    h("p", { class: "axis" }, heightName(key)),
    drawing,
    h(
      "p",
      { class: "axis across" },
      `time for ${long(subset.audio_s)} of sound, in seconds`,
      x.log && " (logarithmic)",
    ),
    tip,
  );
  drawCaption(shown.length);
}

// The marked combinations with the two lines of their labels: the choice first.
function named() {
  const { subset, verdict } = view,
    { marks } = subset,
    key = heightKey(),
    seen = new Set();
  const chosen = kept() ? (marks.anchor ?? marks.recommended) : marks.recommended;
  const all = [
    ["recommended", chosen],
    ["anchor", marks.anchor],
    ["baseline", marks.baseline],
  ];
  return all.flatMap(([mark, index]) => {
    if (index === undefined || seen.has(index) || !(key in subset.rows[index])) return [];
    seen.add(index);
    const row = subset.rows[index],
      figure = key === "peak_mb" ? `${integer(row[key])} MB` : percent(row[key]);
    const use = kept() ? `keep ${DATA.anchor}` : `use ${verdict.profile || "this one"}`;
    // for all kinds of recordings
    const single = kept() ? `best single one: ${DATA.anchor}` : "best single one";
    const name = mark !== "recommended" ? called(mark) : overview() ? single : use;
    return [{ mark, index, lines: [name, `${seconds(row.seconds)}, ${figure}`] }];
  });
}

// The 95 % interval of a time, as a bar through its marker.
function bounds(m, x) {
  const row = view.subset.rows[m.index],
    from = x(row.low),
    to = x(row.high);
  return s("rect", {
    class: `bounds ${m.mark}`,
    x: from,
    y: m.y - 5,
    width: Math.max(1, to - from),
    height: 10,
    rx: 2,
  });
}

// Two lines next to each marker, where they cover neither another marker nor another label.
function labels(marks, front, size) {
  const taken = [...marks, ...front].map((m) => ({
    left: m.x - 9,
    right: m.x + 9,
    top: m.y - 9,
    bottom: m.y + 9,
  }));
  return marks.map((m) => {
    const box = placed(m, taken, size);
    taken.push(box);
    const text = (line, i) =>
      s("text", { class: i ? "figure" : "label", x: box.left + 2, y: box.top + 13 + 15 * i }, line);
    return [
      box.far &&
        s("line", {
          class: "leader",
          x1: m.x,
          y1: m.y,
          x2: Math.max(box.left, Math.min(box.right, m.x)),
          y2: Math.max(box.top, Math.min(box.bottom, m.y)),
        }),
      m.lines.map(text),
    ];
  });
}

// Where it is free, as near as can be, and of places equally near the one that covers the fewest
// dots.
function placed(m, taken, size) {
  const width = 7.4 * Math.max(...m.lines.map((line) => line.length)) + 4,
    height = 32;
  const overlap = (a, b) =>
    a.right >= b.left && a.left <= b.right && a.bottom >= b.top && a.top <= b.bottom;
  const free = (box) =>
    box.left >= 0 &&
    box.right <= size.width &&
    box.top >= 0 &&
    box.bottom <= size.height - size.below &&
    !taken.some((other) => overlap(box, other));
  const covered = (box) =>
    picture.points.filter(({ x, y }) => overlap(box, { left: x, right: x, top: y, bottom: y }))
      .length;
  const within = (left) => Math.max(0, Math.min(left, size.width - width));
  const places = [12, 30, 50, 70, 90].map((d) =>
    [
      [m.x + d, m.y - height / 2],
      [m.x - d - width, m.y - height / 2],
      [within(m.x - width / 2), m.y + d],
      [within(m.x - width / 2), m.y - d - height],
    ].map(([left, top]) => ({ left, top, right: left + width, bottom: top + height, far: d > 20 })),
  );
  for (const near of places) {
    const [best] = near.filter(free).sort((a, b) => covered(a) - covered(b));
    if (best) return best;
  }
  return { ...places[0][0], left: within(places[0][0].left) };
}

function drawCaption(shown) {
  const { combinations } = DATA.counts;
  const of =
    shown < combinations
      ? `${integer(shown)} of ${integer(combinations)} are shown`
      : "all are shown";
  put(
    $("caption"),
    `A dot is a combination of variants; ${of}. Rings on a line: the best trade-offs (Pareto ` +
      `front); ` +
      "nothing is both faster and lower. Bars: 95 % intervals of the time.",
  );
}

// The pointer, and arrow keys along the marked ones and the front; a click or Enter shows one in
// full.
function listenToPicture() {
  const box = $("picture");
  const tell = (p) => showTip(box, p, ...(p ? tipLines(view.subset.rows[p.index], p.count) : []));
  const found = (event) => near(event, box.querySelector("svg"), picture.points);
  box.addEventListener("pointermove", (event) => tell(found(event)));
  box.addEventListener("pointerleave", () => tell(null));
  box.addEventListener("blur", () => tell(null));
  box.addEventListener("click", (event) => {
    const p = found(event);
    if (p) showInFull(p.index);
  });
  box.addEventListener("keydown", (event) => {
    const { stops } = picture,
      step = stepOf(event);
    if (event.key === "Enter" && stops[picture.at]) return showInFull(stops[picture.at].index);
    if (!step) return;
    event.preventDefault();
    picture.at = Math.max(0, Math.min(picture.at + step, stops.length - 1));
    tell(stops[picture.at]);
  });
}

function showInFull(index) {
  openPart("combinations");
  choose(index);
  $("panel").scrollIntoView({ block: "nearest" });
}
