// Drawings of the buttons.
import { icon } from "../shared/dom.js";

const PATHS = {
  back: ["M15 5l-7 7 7 7"],
  play: ["!M8 5.5v13l11-6.5z"],
  pause: ["!M7 5h3.5v14H7z", "!M13.5 5H17v14h-3.5z"],
  back5: ["M11 7l-5 5 5 5", "M18 7l-5 5 5 5"],
  forward5: ["M13 7l5 5-5 5", "M6 7l5 5-5 5"],
  undo: ["M9 8L5 12l4 4", "M5 12h9a5 5 0 0 1 0 10h-2"],
  redo: ["M15 8l4 4-4 4", "M19 12h-9a5 5 0 0 0 0 10h2"],
  find: ["M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z", "M15.5 15.5L20 20"],
  download: ["M12 4v11", "M7.5 11L12 15.5 16.5 11", "M5 20h14"],
  theme: ["M12 3a9 9 0 1 0 0 18z", "!M12 3a9 9 0 1 1 0 18z"],
  keys: ["M3 7h18v11H3z", "M7 11h.01M11 11h.01M15 11h.01M18 11h.01M8 14.5h8"],
  panel: ["M4 5h16v14H4z", "M14 5v14"],
  plus: ["M12 6v12M6 12h12"],
  minus: ["M6 12h12"],
  close: ["M6 6l12 12M18 6L6 18"],
  note: ["M5 4h14v12l-4 4H5z", "M8 9h8M8 13h5"],
  hear: ["M5 10v4h3l4 4V6L8 10z", "M15.5 9a4 4 0 0 1 0 6"],
};

export const drawing = (name) => icon(...PATHS[name]);
