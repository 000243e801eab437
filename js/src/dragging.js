// Dragging: what a press takes hold of decides whether the window moves, an edge, a selection or a label.
import { panWindow, zoomWindow } from "./range.js";
import { timeScale } from "./scale.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./interaction.js").Controls} Controls */
/** @typedef {import("./interaction.js").Point} Point */

const GRAB = 6;

/**
 * What a press on the overview strip takes hold of.
 * @param {number} x
 * @param {Range} window
 * @param {Range} whole
 * @param {import("./layout.js").Box} box
 * @returns {"start" | "end" | "window" | "elsewhere"}
 */
export function overviewGrip(x, window, whole, box) {
  const scale = timeScale(whole, box);
  const [left, right] = [scale.px(window[0]), Math.max(scale.px(window[1]), scale.px(window[0]) + 6)];
  const [toLeft, toRight] = [Math.abs(x - left), Math.abs(x - right)];
  const roomy = right - left > 3 * GRAB;
  if (x > left && x < right && (roomy ? toLeft > GRAB && toRight > GRAB : false)) return "window";
  if (Math.min(toLeft, toRight) <= GRAB) return toLeft <= toRight && x <= (left + right) / 2 ? "start" : "end";
  return x > left && x < right ? "window" : "elsewhere";
}

/**
 * @param {HTMLElement} element
 * @param {import("./listeners.js").Listeners} listeners
 * @param {Controls} controls
 * @param {(event: MouseEvent) => {x: number, y: number}} place
 * @param {(at: {x: number, y: number}) => boolean} inPlot
 */
export function addDragging(element, listeners, controls, place, inPlot) {
  /** @type {Map<number, number>} */
  const pointers = new Map();
  /** @type {{grip: string, window: Range, x: number, gap: number} | null} */
  let held = null;
  /** @type {import("./interaction.js").Gesture | null} */
  let gesture = null;
  const overviewAt = (/** @type {Point} */ { x, y }) => {
    const box = controls.layout().overview;
    return box && y >= box.y - 4 && y <= box.y + box.h + 4 && x >= box.x - 8 && x <= box.x + box.w + 8 ? box : null;
  };
  const hold = (/** @type {string} */ grip) => {
    const xs = [...pointers.values()];
    const x = xs.reduce((sum, one) => sum + one, 0) / xs.length;
    held = { grip, window: controls.window(), x, gap: xs.length > 1 ? Math.abs(xs[0] - xs[1]) : 0 };
  };
  const stop = () => {
    gesture?.cancel();
    gesture = held = null;
    pointers.clear();
  };
  listeners.on(element, "pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !(/** @type {Element} */ (event.target).closest("canvas"))) return;
    const at = place(event);
    const strip = overviewAt(at);
    if (gesture) {
      // A second finger means that the first one was not drawing: the two of them zoom.
      gesture.cancel();
      gesture = null;
    } else if (!strip && !pointers.size) gesture = controls.press(at, event);
    if (!gesture && !strip && !inPlot(at)) return;
    pointers.set(event.pointerId, at.x);
    element.setPointerCapture?.(event.pointerId);
    if (gesture) return;
    if (!strip) return hold("plot");
    const grip = overviewGrip(at.x, controls.window(), controls.whole(), strip);
    if (grip === "elsewhere") {
      const [start, end] = controls.window();
      const centre = timeScale(controls.whole(), strip).time(at.x);
      const half = (end - start) / 2;
      controls.setWindow(panWindow([centre - half, centre + half], 0, controls.whole()));
    }
    hold(grip === "elsewhere" ? "window" : grip);
  });
  listeners.on(element, "pointermove", (/** @type {PointerEvent} */ event) => {
    const at = place(event);
    if (!pointers.has(event.pointerId)) {
      const strip = overviewAt(at);
      const grip = strip ? overviewGrip(at.x, controls.window(), controls.whole(), strip) : "";
      const own = strip ? "" : controls.hover(at);
      element.style.cursor = own || (grip === "start" || grip === "end" ? "ew-resize" : grip ? "grab" : "");
      const time = timeScale(controls.window(), controls.layout().plot).time(at.x);
      controls.setCursor(!strip && inPlot(at) ? time : null);
      return;
    }
    pointers.set(event.pointerId, at.x);
    if (gesture) return gesture.move(at, event);
    if (!held) return;
    const xs = [...pointers.values()];
    const x = xs.reduce((sum, one) => sum + one, 0) / xs.length;
    controls.setWindow(dragged(held, x, xs.length > 1 ? Math.abs(xs[0] - xs[1]) : 0, controls));
  });
  listeners.on(element, "pointerup", (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId)) return;
    const done = gesture;
    gesture = null;
    if (done) done.end(place(event), event);
    else if (pointers.size && held) hold(held.grip);
    else held = null;
  });
  listeners.on(element, "pointercancel", stop);
}

/**
 * @param {{grip: string, window: Range, x: number, gap: number}} held
 * @param {number} x
 * @param {number} gap
 * @param {Controls} controls
 * @returns {Range}
 */
function dragged(held, x, gap, controls) {
  const whole = controls.whole();
  const { plot, overview } = controls.layout();
  if (held.grip === "plot") {
    const scale = timeScale(held.window, plot);
    const moved = panWindow(held.window, (held.x - x) / plot.w, whole);
    return held.gap > 10 && gap > 10 ? zoomWindow(moved, held.gap / gap, scale.time(x), whole) : moved;
  }
  const perPixel = (whole[1] - whole[0]) / (overview ?? plot).w;
  const move = (x - held.x) * perPixel;
  const [start, end] = held.window;
  if (held.grip === "start") return [Math.max(Math.min(start + move, end - perPixel), whole[0]), end];
  if (held.grip === "end") return [start, Math.min(Math.max(end + move, start + perPixel), whole[1])];
  return panWindow(held.window, move / (end - start), whole);
}
