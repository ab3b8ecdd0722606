// The combination chosen: its figures, its variant of every stage, and the text of its profile.
function drawPanel() {
  const row = view.subset.rows[view.chosen],
    best = recommended();
  if (!row) return void put($("panel"), h("p", {}, "No combination."));
  const figures = [
    ["time", `${seconds(row.seconds)} (${between(row.low, row.high, row.seconds)})`],
    ["real-time factor", digits(row.rtf)],
    ["peak memory", `${integer(row.peak_mb)} MB`],
    ...view.rates.filter((r) => r in row).map((r) => [r, percent(row[r])]),
  ];
  if (best && row !== best)
    figures.push(["time of the recommended", `× ${digits(row.seconds / best.seconds)}`]);
  const differs = (i) => best && row.options[i] !== best.options[i];
  put(
    $("panel"),
    h(
      "h3",
      {},
      row.marks.length ? marksOf(row).join(", ") : `Number ${integer(view.chosen + 1)} by time`,
    ),
    h(
      "dl",
      {},
      figures.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
    ),
    table(
      ["stage", "variant", "a call"],
      STAGES.map((stage, i) => {
        const option = optionOf(row, i);
        return [
          stage,
          differs(i)
            ? h("b", { title: "not what the recommended one uses" }, option.name)
            : option.name,
          option.seconds === undefined ? "" : seconds(option.seconds),
        ];
      }),
      [2],
    ),
    best && row !== best
      ? h("p", { class: "small" }, "Bold: not what the recommended one uses.")
      : null,
    h(
      "details",
      {},
      h("summary", {}, "As a profile"),
      copyable(tomlOf(row), "the profile"),
      h("p", { class: "small" }, hint()),
    ),
  );
}

function hint() {
  const known = Object.values(DATA.stages)
    .flat()
    .every((option) => "params" in option);
  return (
    "Save it as NAME.toml, then vsat run --profile ./NAME.toml RECORDING." +
    (known
      ? ""
      : ` Parameters that are not the defaults are not in it: they are those of ${DATA.anchor} ` +
        `where the method is the ` +
        "same, and those of the matrix's own [methods] tables.")
  );
}
