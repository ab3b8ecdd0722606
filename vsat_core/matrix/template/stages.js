// Every variant by itself: bars with intervals, and the heat map of techniques.
const able = (options) => options.filter((o) => o.seconds !== undefined);

function drawBars() {
  put($("bars"), STAGES.map((stage) => {
    const options = able(DATA.stages[stage]).sort((a, b) => a.seconds - b.seconds);
    const failed = DATA.stages[stage].filter((o) => o.seconds === undefined);
    const place = across(options);
    return h("figure", { "data-stage": stage }, h("figcaption", {}, h("b", {}, stage), " ", place ? place.said : ""),
      options.map((option, i) => bar(option, place, i === 0 && options.length > 1)),
      failed.map((option) => h("div", { class: "line failed" }, h("span", {}, option.name), h("span", { class: "why" }, option.failure))));
  }));
}

// Where a time lies between the ends of a stage's scale, in percent.
function across(options) {
  if (!options.length) return null;
  const high = Math.max(...options.map((o) => Math.max(o.high, o.seconds))), low = Math.min(...options.map((o) => Math.min(o.low, o.seconds)));
  if (high / low <= 20) return Object.assign((x) => 100 * x / high, { said: `(0 to ${seconds(high)})` });
  const start = 10 ** Math.floor(Math.log10(low)); // bars of a logarithmic scale begin at the decade below
  return Object.assign((x) => 100 * Math.log(Math.max(x, start) / start) / Math.log(high / start),
    { said: `(${seconds(start)} to ${seconds(high)}, logarithmic)` });
}

// One call tells nothing of how times vary.
const spread = (option) => (option.calls > 1 ? between(option.low, option.high, option.seconds) : "one call");

function bar(option, place, fastest) {
  const track = h("span", { class: "track", "aria-hidden": "true" }, h("i", { class: "fill" }), h("i", { class: "whisker" }));
  track.children[0].style.width = `${place(option.seconds)}%`;
  track.children[1].style.left = `${place(option.low)}%`;
  track.children[1].style.width = `${Math.max(0, place(option.high) - place(option.low))}%`;
  const title = `${spread(option)}; ${plural(option.calls, "call")} in ` +
    `${plural(option.processes, "process", "processes")}; first call ${seconds(option.first_s)}, made ready in ${seconds(option.prepare_s)}; ` +
    `holds ${whole(option.held_mb)} MB, takes ${whole(option.taken_mb)} MB more; answer ${option.gives}`;
  return h("div", { class: fastest ? "line fastest" : "line", title }, h("span", {}, option.name, fastest ? h("em", {}, " fastest") : null), track,
    h("span", { class: "n" }, seconds(option.seconds), h("small", {}, ` (${spread(option)})`)));
}

function drawHeat() {
  const by = $("heat-of").value;
  const groups = STAGES.flatMap((stage) => {
    const options = DATA.stages[stage];
    if (by === "stage") return [{ name: stage, options }];
    return [...new Set(options.map((o) => o.method))].map((m) => ({ name: `${stage} ${m}`, options: options.filter((o) => o.method === m) }));
  });
  const techniques = [...new Set(Object.values(DATA.stages).flat().map((o) => o.technique))]
    .sort((a, b) => (b === "baseline") - (a === "baseline") || a.localeCompare(b));
  put($("heatmap"), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, by === "stage" ? "stage" : "stage and method"),
    techniques.map((t) => h("th", { scope: "col", class: "n" }, t)))),
  h("tbody", {}, groups.map((group) => h("tr", {}, h("th", { scope: "row" }, group.name),
    techniques.map((t) => heatCell(group.options, group.options.filter((o) => o.technique === t)))))));
}

// A technique's best time over the best of its row; with several methods the others are in the title.
function heatCell(mates, mine) {
  const good = able(mine).sort((a, b) => a.seconds - b.seconds);
  if (!mine.length) return h("td", { class: "n none" }, "");
  if (!good.length) return h("td", { class: "n why", title: mine.map((o) => `${o.name}: ${o.failure}`).join("\n") }, "failed");
  const fastest = Math.min(...able(mates).map((o) => o.seconds)), ratio = good[0].seconds / fastest;
  const heat = Math.min(1, Math.log10(ratio) / 2); // a hundred times is as hot as it gets
  const cell = h("td", { class: heat > 0.8 ? "n hot warm" : heat > 0.65 ? "n warm" : "n", title: good.map((o) => `${o.name}: ${seconds(o.seconds)}`).join("\n") },
    `${ratio < 10 ? decimals(ratio, 1) : whole(ratio)} ×`);
  cell.style.setProperty("--heat", `${Math.round(100 * heat)}%`);
  return cell;
}

function drawContributions() {
  const rows = view.part.contributions;
  if (!rows.length) {
    return put($("contributions"), h("p", {}, recommended() ? "Not all variants of the baseline profile are in this matrix, so " +
      "what each stage saves against them is not known." : "Nothing is recommended."));
  }
  const saved = rows.reduce((sum, r) => sum + r.saves_s, 0), most = Math.max(...rows.map((r) => Math.abs(r.saves_s)), 1e-9);
  const shown = [...rows].sort((a, b) => b.saves_s - a.saves_s);
  put($("contributions"), h("p", {}, `Each variant of the recommended combination against the baseline's in its place, composed ` +
    `over all recordings: together ${seconds(Math.abs(saved))} ${saved >= 0 ? "saved" : "lost"}.`),
  table(["stage", "variant", "instead of", "seconds", "baseline s", "saves s", ""], shown.map((r) => {
    const size = h("i", { class: r.saves_s >= 0 ? "gain" : "gain loss" });
    size.style.width = `${100 * Math.abs(r.saves_s) / most}%`;
    return [r.stage, r.variant, r.baseline, decimals(r.seconds, 4), decimals(r.baseline_s, 4), decimals(r.saves_s, 4), h("span", { class: "gains" }, size)];
  }), [3, 4, 5]));
}
