// Draw everything once, and again what depends on the width.
function drawHeader() {
  const total = DATA.files.reduce((sum, f) => sum + f.audio_s, 0);
  put($("subject"), `${recordings(DATA.files)}, ${long(total)} of sound, ` +
    `${plural(DATA.counts.combinations, "combination")}, started from ${DATA.anchor}`);
  $("parts").hidden = DATA.parts.length < 2;
  const buttons = DATA.parts.map((part) => h("button", { type: "button", onclick: () => pickPart(part) },
    `${part.name === "all" ? "all recordings" : part.name} (${part.files.length})`));
  put($("parts"), DATA.parts.length < 2 ? null : ["For ", buttons]);
  const titles = [...document.querySelectorAll("main section[id] > h2")];
  put($("contents"), titles.map((title) => link(title.parentNode.id, title.textContent)));
}

function pickPart(part) {
  [...$("parts").querySelectorAll("button")].forEach((button, i) => (
    button.setAttribute("aria-pressed", String(DATA.parts[i] === part))));
  showPart(part);
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
pickPart(DATA.parts[0]);
