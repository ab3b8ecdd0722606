// What was left out, how it was measured, on what, and how to get it again.
function drawRemarks() {
  const section = (title, lines) => (lines.length ? [h("h3", {}, title), list(lines)] : null);
  const loud = (line) => (line.includes("DISAGREES") ? h("b", {}, line) : line);
  put($("notes"), section("Differences", DATA.notes.map(loud)), section("Left out or failed", DATA.left_out),
    DATA.notes.length + DATA.left_out.length ? null
      : h("p", {}, "Nothing: every variant ran, and all techniques agree as promised."));
}

// How many combinations, and how little was run for them.
function effort(counts) {
  const unfit = counts.product - counts.combinations, share = digits(100 * counts.share);
  const many = `${plural(counts.combinations, "combination")}, ${plural(counts.chains, "chain")} of answers` +
    (unfit > 0 ? `; ${integer(unfit)} more do not fit together.` : ".");
  if (counts.executions > counts.planned_executions) return [many, `${integer(counts.executions)} stage executions.`];
  return [many, `${integer(counts.executions)} stage executions represent the ${integer(counts.planned_executions)} that ` +
    `running everything would take (${share === "0.000" ? "less than 0.001" : share} %); ` +
    `${plural(counts.reused_cells, "cell")} were known before.`];
}

function drawHow() {
  const { machine } = DATA, pick = (table) => Object.entries(table || {}).map(([k, v]) => [k, String(v)]);
  put($("protocol"), list([...effort(DATA.counts), ...DATA.protocol]),
  h("h3", {}, "Recordings"), table(["recording", "seconds", "sounds", "scored against"],
    DATA.files.map((f) => [f.name, decimals(f.audio_s, 1), f.environment, f.reference]), [1]),
  h("h3", {}, "Machine"),
  h("p", {}, `${machine.key}; ${machine.system}, Python ${machine.python}, ${plural(machine.threads, "thread")}.`),
  h("details", {}, h("summary", {}, "Packages, models and settings"),
    table(["package", "version"], pick(machine.packages)), table(["model", "SHA-256"], pick(machine.models)),
    Object.keys(machine.environment || {}).length ? table(["variable", "value"], pick(machine.environment)) : null),
  h("h3", {}, "Command"), copyable(DATA.command, "the command"));
}
