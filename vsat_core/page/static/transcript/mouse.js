// Mouse and touch in the text: a click plays a word, a double click changes it, Shift and a click
// choose up to it.
export function pointing({ view, model, cursor, editor, follow, player }) {
  const { sheet, scroller } = view;
  sheet.addEventListener("click", (event) => {
    const time = event.target.closest(".time");
    if (time) return player.playFrom(time.seconds);
    const word = wordOf(model, event.target);
    if (!word) return;
    if (editor.open && editor.word === word) return;
    editor.finish();
    scroller.focus({ preventScroll: true });
    cursor.to(word, { extend: event.shiftKey, reveal: false, byUser: true });
    if (!event.shiftKey && event.detail < 2) follow.hear(word);
  });
  sheet.addEventListener("dblclick", (event) => {
    const word = wordOf(model, event.target);
    if (word && !event.shiftKey) editor.begin(word);
  });
  sheet.addEventListener("mousedown", (event) => {
    // no selection of text by the browser
    if (event.target.word && (event.shiftKey || event.detail > 1)) event.preventDefault();
  });
}

const wordOf = (model, element) => (element.word === undefined ? null : model.word(element.word));
