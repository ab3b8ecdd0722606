// Mouse, touch and keys on the timeline: a click seeks, a drag scrolls, the wheel scrolls, with
// Ctrl it zooms.
const DRAG_PX = 4;
const WHEEL_ZOOM = 1.0015;

export function handle(timeline, player) {
  const { frame } = timeline;
  frame.addEventListener("wheel", (event) => wheel(timeline, event), { passive: false });
  const fingers = new Map();
  frame.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    frame.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.offsetX, from: event.offsetX, moved: false });
  });
  frame.addEventListener("pointermove", (event) => drag(timeline, fingers, event));
  frame.addEventListener("pointerup", (event) => {
    const finger = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    if (finger && !finger.moved)
      player.seek(timeline.secondAt(event.clientX - frame.getBoundingClientRect().left));
  });
  frame.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  frame.addEventListener("keydown", (event) => key(timeline, player, event));
}

function wheel(timeline, event) {
  event.preventDefault();
  const x = event.clientX - timeline.frame.getBoundingClientRect().left;
  if (event.ctrlKey || event.metaKey) timeline.zoom(WHEEL_ZOOM ** -event.deltaY, x);
  else timeline.by(Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY);
}

function drag(timeline, fingers, event) {
  const finger = fingers.get(event.pointerId);
  if (!finger) return;
  const x = event.clientX - timeline.frame.getBoundingClientRect().left;
  if (!finger.moved && Math.abs(x - finger.from) < DRAG_PX) return;
  finger.moved = true;
  if (fingers.size === 2) {
    const other = [...fingers.values()].find((one) => one !== finger);
    other.moved = true;
    const [before, now] = [Math.abs(finger.x - other.x), Math.abs(x - other.x)];
    if (before > 8 && now > 8) timeline.zoom(now / before, (x + other.x) / 2);
  } else {
    timeline.by(finger.x - x);
  }
  finger.x = x;
}

/** The timeline as a slider. */
function key(timeline, player, event) {
  const page = timeline.view.to - timeline.view.from;
  const steps = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -page,
    PageUp: page,
  };
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key in steps) player.by(steps[event.key]);
  else if (event.key === "Home") player.seek(0);
  else if (event.key === "End") player.seek(timeline.model.seconds);
  else if (event.key === "+" || event.key === "=") timeline.zoom(1.5);
  else if (event.key === "-") timeline.zoom(1 / 1.5);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
