// What each key does.
const SEEK_S = 5;

/** The table of keys for a page. */
export function commandsOf(page) {
  return [
    ...listening(page),
    ...moving(page),
    ...correcting(page),
    ...fields(page),
    ...whole(page),
  ];
}

const command = (group, where) => (keys, label, run) => ({
  group,
  where,
  keys: [keys].flat(),
  label,
  run,
});

function listening({ player, cursor, timeline, follow }) {
  const [page, any] = [command("Listening", "page"), command("Listening", "any")];
  return [
    page("Space", "Play or pause", () => player.toggle()),
    any("Alt+K", "Play or pause, also while typing", () => player.toggle()),
    any(["Alt+J", "Alt+Left"], "Back 5 seconds", () => player.by(-SEEK_S)),
    any(["Alt+L", "Alt+Right"], "Forward 5 seconds", () => player.by(SEEK_S)),
    any(["Alt+,", "Alt+Down"], "Slower", () => player.faster(-1)),
    any(["Alt+.", "Alt+Up"], "Faster", () => player.faster(1)),
    command("Listening", "text")(
      "Ctrl+Enter",
      "Play from this word",
      () => cursor.word && follow.hear(cursor.word),
    ),
    any("Alt+F", "Back to what is heard", () => follow.resume()),
    any("Alt+=", "Zoom in on the timeline", () => timeline.zoom(1.5)),
    any("Alt+-", "Zoom out", () => timeline.zoom(1 / 1.5)),
  ];
}

function moving({ cursor, view }) {
  const text = command("Moving in the text", "text");
  const lines = () => Math.max(1, Math.floor(view.viewHeight / view.sizes.line) - 2);
  return [
    text("Left", "Word before", () => cursor.by(-1)),
    text("Right", "Word after", () => cursor.by(1)),
    text("Up", "Line above", () => cursor.byLines(-1)),
    text("Down", "Line below", () => cursor.byLines(1)),
    text("PageUp", "Page up", () => cursor.byLines(-lines())),
    text("PageDown", "Page down", () => cursor.byLines(lines())),
    text(["Ctrl+Home", "Home"], "First word", () => cursor.by(-Infinity)),
    text(["Ctrl+End", "End"], "Last word", () => cursor.by(Infinity)),
    text("Shift+Left", "Choose the word before too", () => cursor.by(-1, { extend: true })),
    text("Shift+Right", "Choose the word after too", () => cursor.by(1, { extend: true })),
    text("Shift+Up", "Choose up to the line above", () => cursor.byLines(-1, { extend: true })),
    text("Shift+Down", "Choose down to the line below", () => cursor.byLines(1, { extend: true })),
  ];
}

function correcting({ acts, notes }) {
  const [text, any] = [command("Correcting", "text"), command("Correcting", "any")];
  return [
    text(["Enter", "F2"], "Change the word (typing replaces it)", () => acts.edit()),
    text(["Insert", "Alt+I"], "Put words in after it", () => acts.insert()),
    text(["Delete", "Backspace"], "Delete the words chosen", () => acts.remove()),
    text("Alt+G", "Make one word of it and the next", () => acts.merge()),
    any("Ctrl+Z", "Undo", () => acts.step("undo")),
    any(["Ctrl+Shift+Z", "Ctrl+Y"], "Redo", () => acts.step("redo")),
    ...Array.from({ length: 9 }, (_, i) => ({
      ...text(`Alt+${i + 1}`, `Speaker ${i + 1} said this`, () => acts.reassign(i)),
      quiet: i > 0,
    })),
    any("Alt+B", "Bookmark here", () => notes.bookmark()),
    any("Alt+M", "Note here", () => notes.begin()),
  ];
}

/** For the page of shortcuts; word_editor.js does it. */
function fields() {
  const entry = command("While changing a word", "never");
  const nothing = () => null;
  return [
    entry("Enter", "Save", nothing),
    entry("Esc", "Leave it as it was", nothing),
    entry("Tab", "Save, and change the next word", nothing),
    entry("Ctrl+Enter", "Split the word here (or type a space)", nothing),
    entry("Backspace", "At the start: join with the word before", nothing),
  ];
}

function whole({ panels, find, review, help, text, exporting }) {
  const any = command("The page", "any");
  return [
    any("Ctrl+F", "Find", () => find.begin()),
    any(["Ctrl+H", "Alt+H"], "Find and replace", () => find.begin(true)),
    any("F3", "Next match", () => find.step(1)),
    any("Shift+F3", "Match before", () => find.step(-1)),
    any("Alt+R", "Review: least confident words", () => panels.open("review")),
    any("Alt+N", "Next word to review", () => review.step(1)),
    any("Alt+P", "Word to review before", () => review.step(-1)),
    any("Alt+S", "Speakers", () => panels.open("speakers")),
    any("Alt+O", "Notes", () => panels.open("notes")),
    any("Alt+T", "To the text", () => text.focus()),
    any(["Ctrl+S", "Alt+E"], "Export", () => exporting()),
    command("The page", "page")(["?", "F1"], "This page", () => help()),
  ];
}
