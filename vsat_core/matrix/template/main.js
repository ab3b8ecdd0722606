// Draw everything once, and again what depends on the width.
function drawHeader() {
  const total = DATA.files.reduce((sum, f) => sum + f.audio_s, 0);
  put(
    $("subject"),
    h("b", {}, "vsat matrix"),
    ` · ${recordings(DATA.files)}, ${long(total)} of sound, ` +
      `${plural(DATA.counts.combinations, "combination")}, started from ${DATA.anchor}`,
  );
  $("subsets").hidden = DATA.subsets.length < 2;
  const buttons = DATA.subsets.map((subset) =>
    h("button", { type: "button", onclick: () => pickSubset(subset) }, kindName(subset)),
  );
  put($("subsets"), DATA.subsets.length < 2 ? null : buttons);
}

function pickSubset(subset) {
  [...$("subsets").querySelectorAll("button")].forEach((button, i) =>
    button.setAttribute("aria-pressed", String(DATA.subsets[i] === subset)),
  );
  showSubset(subset);
}

function listen() {
  listenToPicture();
  listenToParts();
  listenToCombinations();
  listenToPaths();
  $("heat-of").addEventListener("change", drawHeat);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    drawPicture();
    if (ready("combinations")) drawScatter();
    if (ready("paths")) drawParallel();
    if (ready("order")) drawOrder(bodyOf("order"));
    if (ready("checked")) drawPairs();
  });
}

drawHeader();
listen();
pickSubset(DATA.subsets[0]);
