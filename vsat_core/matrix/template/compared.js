// What was compared: stages, variants, recordings, and how few measurements that took.
function drawCompared(box) {
  const files = filesOf(view.subset),
    example = Object.values(DATA.stages)
      .map((options) => options[0])
      .find(Boolean);
  put(
    box,
    h(
      "p",
      {},
      `A recording goes through ${plural(STAGES.length, "stage")}. Each can be done by several ` +
        `variants. ` +
        `A variant is named method.technique${example ? `, such as ${example.name}` : ""}: ` +
        "methods may give different " +
        "answers, techniques of one method compute the same answer in different ways. A profile " +
        "names one variant for each " +
        `stage. Compared was ${DATA.anchor}, the profile started from, with every other ` +
        `combination of the variants below.`,
    ),
    list(effort(DATA.counts)),
    table(
      ["stage", "number", "variants"],
      STAGES.map((stage) => {
        const names = DATA.stages[stage].map((o) => o.name);
        return [stage, integer(names.length), h("span", { class: "wrap" }, names.join(", "))];
      }),
      [1],
    ),
    h("h3", {}, "Recordings"),
    table(
      ["recording", "seconds", "sounds", "errors are counted against"],
      files.map((f) => [
        f.name,
        decimals(f.audio_s, 1),
        f.environment,
        scored(f) ? "its reference" : f.reference.replace("agreement with", "what is written by"),
      ]),
      [1],
    ),
    h("h3", {}, "Words"),
    words(),
  );
}

// How many combinations, and how little was run for them.
function effort(counts) {
  const unfit = counts.product - counts.combinations,
    part = digits(100 * counts.share);
  const transcripts = plural(counts.chains, "different transcript");
  const many = [
    `${plural(counts.combinations, "combination")}, which write ${transcripts}.` +
      (unfit > 0 ? ` ${integer(unfit)} more do not fit together.` : ""),
  ];
  if (counts.executions > counts.planned_executions)
    return [...many, `${integer(counts.executions)} stage executions.`];
  return [
    ...many,
    "The time of a combination is composed, that is added up from its stages, and what variants " +
      "with the " +
      `same answer lead to is measured once. So ${integer(counts.executions)} stage executions ` +
      `were enough; running ` +
      `everything would take ${integer(counts.planned_executions)} (they are ` +
      `${part === "0.000" ? "less than 0.001" : part} % of these).` +
      (counts.reused_cells
        ? ` ${plural(counts.reused_cells, "measurement")} were known before.`
        : ""),
  ];
}

function words() {
  const terms = [
    ["cpWER", "wrong words and words given to the wrong speaker, of all words"],
    ["WER", "wrong words, of all words"],
    ["DER", "time given to the wrong speaker or to none, of all time of speech"],
    ["composed", "added up from the times of its stages, which were measured apart"],
    [
      "measured, run end to end",
      "all stages run on a recording, as for the second one of a run: models are loaded",
    ],
    ["95 % interval", "where the true value is to be expected in 19 of 20 cases"],
    ["tie", "measuring shows no difference; that is not proof that there is none"],
    ["baseline", "the profile with the plainest variant of every stage"],
  ];
  return h(
    "dl",
    { class: "words" },
    terms.map(([word, meaning]) => [h("dt", {}, word), h("dd", {}, meaning)]),
  );
}
