// What was left out or differed, on which machine, and the command to get it again.
function drawRemarks(box) {
  const loud = (line) => (line.includes("DISAGREES") ? h("b", {}, line) : line);
  put(
    box,
    section("Differences", DATA.notes.map(loud)),
    section("Left out or failed", DATA.left_out),
    DATA.notes.length + DATA.left_out.length
      ? null
      : h("p", {}, "Nothing: every variant ran, and all techniques agree as promised."),
  );
}

function shortRemarks() {
  return (
    [
      DATA.notes.length && plural(DATA.notes.length, "difference"),
      DATA.left_out.length && `${integer(DATA.left_out.length)} left out`,
    ]
      .filter(Boolean)
      .join(", ") || "nothing"
  );
}

function drawMachine(box) {
  const { machine } = DATA,
    pick = (of) => Object.entries(of || {}).map(([k, v]) => [k, String(v)]);
  put(
    box,
    h(
      "p",
      {},
      `${machine.key}; ${machine.system}, Python ${machine.python}, ` +
        `${plural(machine.threads, "thread")}.`,
    ),
    h("h3", {}, "Command"),
    copyable(DATA.command, "the command"),
    h("h3", {}, "How it was measured"),
    list(DATA.protocol),
    h(
      "details",
      {},
      h("summary", {}, "Packages, models and settings"),
      table(["package", "version"], pick(machine.packages)),
      table(["model", "SHA-256"], pick(machine.models)),
      Object.keys(machine.environment || {}).length
        ? table(["variable", "value"], pick(machine.environment))
        : null,
    ),
  );
}
