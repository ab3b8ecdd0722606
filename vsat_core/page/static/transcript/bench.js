// ?bench=1: how fast the page is on this device, with this transcript. It changes a word and takes
// it back.
import { h } from "../shared/dom.js";

const ROUNDS = 40;

const frame = () => new Promise(requestAnimationFrame);

/** After the next frame has been painted, as far as a page can know. */
const painted = () =>
  new Promise((done) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(null);
    }),
  );

export const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(share * values.length))
  ] ?? NaN;

/** Milliseconds of a keystroke in a word: until it is painted, and of script and layout alone. */
export async function keystrokes(page, rounds = ROUNDS) {
  const [paint, work] = [[], []];
  const word = page.model.words[Math.floor(page.model.words.length / 2)];
  page.editor.begin(word);
  for (let i = 0; i < rounds; i++) {
    await frame();
    const begin = performance.now();
    page.editor.field.value += "abcdefgh"[i % 8];
    page.editor.field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    page.editor.field.getBoundingClientRect(); // layout is done now, not later
    work.push(performance.now() - begin);
    paint.push((await painted()) - begin);
    if (i % 8 === 7) page.editor.field.value = word.text;
  }
  page.editor.cancel();
  return { paint, work };
}

/** Milliseconds of a correction on the screen, and of taking it back. */
export async function corrections(page, rounds = ROUNDS) {
  const [change, undo] = [[], []];
  const { words } = page.model;
  for (let i = 0; i < rounds; i++) {
    const word = words[(Math.floor(words.length / 2) + i) % words.length];
    page.cursor.to(word);
    await painted();
    let begin = performance.now();
    const saved = page.corrections.retype(word, `${word.text}x`);
    change.push((await painted()) - begin);
    await saved;
    begin = performance.now();
    await page.acts.step("undo");
    undo.push((await painted()) - begin);
    await page.saver.send();
  }
  return { change, undo };
}

/** Milliseconds between frames while something goes on for each of them. */
export async function frames(each, rounds = ROUNDS * 3) {
  const times = [];
  let before = await frame();
  for (let i = 0; i < rounds; i++) {
    each(i);
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  return times;
}

/** All measures, as {name: milliseconds[]}. */
export async function measured(page) {
  const { view, timeline } = page;
  const keys = await keystrokes(page);
  const edits = await corrections(page);
  const far = view.layout.height / 200;
  const scroll = await frames((i) => (view.scroller.scrollTop = (i * far) % view.layout.height));
  timeline.zoomTo(timeline.longest);
  const zoom = await frames((i) => timeline.zoom(i % 60 < 30 ? 1.25 : 0.8));
  const pan = await frames(() => timeline.by(60));
  timeline.zoomTo(60);
  return {
    "keystroke to paint": keys.paint,
    "keystroke, script and layout": keys.work,
    "correction to paint": edits.change,
    "undo to paint": edits.undo,
    "frame while scrolling": scroll,
    "frame while zooming": zoom,
    "frame while moving the timeline": pan,
  };
}

/** A row for each measure: median and percentiles. */
function table(all) {
  const cell = (values, share) => h("td", {}, percentile(values, share).toFixed(1));
  const rows = Object.entries(all).map(([name, values]) =>
    h("tr", {}, h("td", {}, name), cell(values, 0.5), cell(values, 0.95), cell(values, 0.99)),
  );
  const heads = ["milliseconds", "median", "95 %", "99 %"].map((name) =>
    h("th", { scope: "col" }, name),
  );
  return h("table", { class: "bench" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
}

/** Measure, and show the figures. */
export async function bench(page) {
  await new Promise((done) => setTimeout(done, 1000));
  const all = await measured(page);
  const memory = performance.memory
    ? `${Math.round(performance.memory.usedJSHeapSize / 2 ** 20)} MiB of JavaScript memory. `
    : "";
  const opened = Math.round(performance.getEntriesByName("vsat-ready")[0].startTime);
  const dialog = h(
    "dialog",
    { "aria-label": "Measurements" },
    h("h2", {}, "This page on this device"),
    table(all),
    h(
      "p",
      { class: "small soft" },
      `${page.model.words.length.toLocaleString("en")} words. Ready after ${opened} ms. ${memory}`,
    ),
    h("button", { type: "button", onclick: () => dialog.close() }, "Close"),
  );
  document.body.append(dialog);
  dialog.showModal();
  window.vsatBench = all;
}
