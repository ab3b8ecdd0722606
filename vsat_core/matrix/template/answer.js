// The first screen: which profile, how much faster, how sure, at what cost; and the command to use
// it.
function drawAnswer() {
  const { subset, verdict } = view;
  document.title = `vsat matrix: ${recordings(DATA.files)}`;
  $("answer").className = overview() ? "overview" : verdict.kind;
  put($("answer-title"), overview() ? overviewTitle() : sentenceOf(subset));
  put($("use"), overview() ? kinds().map(oneKind) : commandOf(verdict.profile), finePrint(subset));
}

// The verdict in a sentence, with the name of the profile to use set apart where it is first
// mentioned.
function sentenceOf({ verdict: { kind, profile, sentence } }) {
  const name = kind === "keep" ? DATA.anchor : profile,
    at = name ? sentence.indexOf(name) : -1;
  return at < 0
    ? sentence
    : [sentence.slice(0, at), h("code", {}, name), sentence.slice(at + name.length)];
}

const overviewTitle = () =>
  kinds().every(({ verdict }) => verdict.kind === "keep")
    ? `Keep ${DATA.anchor} for every kind of recording.`
    : "Use a profile for each kind of recording.";

function oneKind(subset) {
  return h(
    "div",
    { class: "kind" },
    h("h2", {}, kindName(subset)),
    h("p", {}, sentenceOf(subset)),
    commandOf(subset.verdict.profile),
  );
}

const commandOf = (profile) =>
  profile ? command(`vsat run --profile ${profile} RECORDING`) : null;
const kindName = (subset) =>
  subset.name === "all"
    ? "all recordings"
    : `${subset.name} (${plural(subset.files.length, "recording")})`;

// What must be known to read the sentence and the picture.
function finePrint(subset) {
  const files = filesOf(subset),
    unscored = files.filter((f) => !scored(f)),
    lines = [];
  if (unscored.length) {
    const which =
      unscored.length === files.length
        ? "There are no references here, so errors"
        : `${plural(unscored.length, "recording")} of ${integer(files.length)} have no ` +
          `reference: there errors`;
    lines.push(`${which} are differences from what ${DATA.anchor} writes, not from what was said.`);
  }
  if (!overview() && subset.profile)
    lines.push(["Written to ", h("code", {}, subset.profile), "."]);
  return lines.map((line) => small(line));
}
