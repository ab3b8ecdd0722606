// Every variant by itself: bars with intervals, and the heat map of techniques.
const able = (options) => options.filter((o) => o.seconds !== undefined);

function drawVariants() {
  drawBars();
  drawHeat();
}

function drawBars() {
  put(
    $("bars"),
    STAGES.map((stage) => {
      const options = able(DATA.stages[stage]).sort((a, b) => a.seconds - b.seconds);
      const failed = DATA.stages[stage].filter((o) => o.seconds === undefined);
      const place = across(options);
      return h(
        "figure",
        { "data-stage": stage },
        h("figcaption", {}, h("b", {}, stage), " ", place ? place.ends : ""),
        options.map((option, i) => bar(option, place, i === 0 && options.length > 1)),
        failed.map((option) =>
          h(
            "div",
            { class: "line failed" },
            h("span", {}, option.name),
            h("span", { class: "why" }, option.failure),
          ),
        ),
      );
    }),
  );
}

// Where a time lies between the ends of a stage's scale, in percent.
function across(options) {
  if (!options.length) return null;
  const [low, high] = ends(options.flatMap((o) => [o.low, o.seconds, o.high]));
  if (high / low <= 20)
    return Object.assign((x) => (100 * x) / high, { ends: `(0 to ${seconds(high)})` });
  // bars of a logarithmic scale begin at the decade below
  const start = 10 ** Math.floor(Math.log10(low));
  return Object.assign(
    (x) => (100 * Math.log(Math.max(x, start) / start)) / Math.log(high / start),
    { ends: `(${seconds(start)} to ${seconds(high)}, logarithmic)` },
  );
}

// One call has no interval.
const calls = (option) =>
  option.calls > 1 ? between(option.low, option.high, option.seconds) : "one call";

function bar(option, place, fastest) {
  const fill = h("i", { class: "fill" }),
    whisker = h("i", { class: "whisker" });
  fill.style.width = `${place(option.seconds)}%`;
  whisker.style.left = `${place(option.low)}%`;
  whisker.style.width = `${Math.max(0, place(option.high) - place(option.low))}%`;
  const title =
    `${calls(option)}; ${plural(option.calls, "call")} in ` +
    `${plural(option.processes, "process", "processes")}; first call ${seconds(option.first_s)}, ` +
    `made ready in ${seconds(option.prepare_s)}; holds ${integer(option.held_mb)} MB, ` +
    `takes ${integer(option.taken_mb)} MB more; answer ${option.gives}`;
  return h(
    "div",
    { class: fastest ? "line fastest" : "line", title },
    h("span", {}, option.name, fastest ? h("em", {}, " fastest") : null),
    h("span", { class: "track", "aria-hidden": "true" }, fill, option.calls > 1 ? whisker : null),
    h("span", { class: "n" }, seconds(option.seconds), h("small", {}, ` (${calls(option)})`)),
  );
}

function drawHeat() {
  const by = $("heat-of").value;
  const groups = STAGES.flatMap((stage) => {
    const options = DATA.stages[stage];
    if (by === "stage") return [{ name: stage, options }];
    const methods = [...new Set(options.map((o) => o.method))];
    return methods.map((m) => ({
      name: `${stage} ${m}`,
      options: options.filter((o) => o.method === m),
    }));
  });
  const techniques = [
    ...new Set(
      Object.values(DATA.stages)
        .flat()
        .map((o) => o.technique),
    ),
  ].sort((a, b) => (b === "baseline") - (a === "baseline") || a.localeCompare(b));
  put(
    $("heatmap"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, by === "stage" ? "stage" : "stage and method"),
        techniques.map((t) => h("th", { scope: "col", class: "n" }, t)),
      ),
    ),
    h(
      "tbody",
      {},
      groups.map((group) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, group.name),
          techniques.map((t) =>
            heatCell(
              group.options,
              group.options.filter((o) => o.technique === t),
            ),
          ),
        ),
      ),
    ),
  );
}

// A technique's best time over the best of its row; with several methods the others are in the
// title.
function heatCell(mates, options) {
  const good = able(options).sort((a, b) => a.seconds - b.seconds);
  if (!options.length) return h("td", { class: "n none" }, "");
  const title = options.map((o) => `${o.name}: ${o.failure || seconds(o.seconds)}`).join("\n");
  if (!good.length) return h("td", { class: "n why", title }, "failed");
  const fastest = Math.min(...able(mates).map((o) => o.seconds)),
    ratio = good[0].seconds / fastest;
  const heat = Math.min(1, Math.log10(ratio) / 2); // a hundred times is as hot as it gets
  const cell = h(
    "td",
    { class: heat > 0.8 ? "n hot warm" : heat > 0.65 ? "n warm" : "n", title },
    `${ratio < 10 ? decimals(ratio, 1) : integer(ratio)} ×`,
  );
  cell.style.setProperty("--heat", `${Math.round(100 * heat)}%`);
  return cell;
}
