// Draw everything once, and again what depends on the width.
function drawHeader() {
  const total = DATA.files.reduce((sum, f) => sum + f.audio_s, 0);
  put($("subject"), `${recordings(DATA.files)}, ${long(total)} of sound, ` +
    `${plural(DATA.counts.combinations, "combination")}, started from ${DATA.anchor}`);
  $("subsets").hidden = DATA.subsets.length < 2;
  const buttons = DATA.subsets.map((subset) => h("button", { type: "button", onclick: () => pickSubset(subset) },
    `${subset.name === "all" ? "all recordings" : subset.name} (${subset.files.length})`));
  put($("subsets"), DATA.subsets.length < 2 ? null : ["For ", buttons]);
  const titles = [...document.querySelectorAll("main section[id] > h2")];
  put($("contents"), titles.map((title) => link(title.parentNode.id, title.textContent)));
}

function pickSubset(subset) {
  [...$("subsets").querySelectorAll("button")].forEach((button, i) => (
    button.setAttribute("aria-pressed", String(DATA.subsets[i] === subset))));
  showSubset(subset);
}

function listen() {
  $("find").addEventListener("input", filterRows);
  $("marked").addEventListener("change", filterRows);
  $("clear").addEventListener("click", clearFilters);
  $("heat-of").addEventListener("change", drawHeat);
  const plot = $("scatter");
  plot.addEventListener("pointermove", showTip);
  plot.addEventListener("pointerleave", () => (plot.querySelector(".tip").hidden = true));
  plot.addEventListener("click", (event) => {
    const p = near(event);
    if (p) choose(p.index);
  });
  plot.addEventListener("keydown", walkFront);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    drawScatter();
    drawPairs();
  });
}

drawHeader();
listen();
drawBars();
drawHeat();
drawChecked();
drawRemarks();
drawHow();
pickSubset(DATA.subsets[0]);
