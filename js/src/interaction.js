// Wheel, double click and keys: each ends in one call that sets the window or the cursor.
import { addDragging } from "./dragging.js";
import { panWindow, zoomWindow } from "./range.js";
import { timeScale } from "./scale.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./layout.js").Layout} Layout */

/** @typedef {{x: number, y: number}} Point */
/**
 * @typedef {object} Gesture
 * @property {(at: Point, event: PointerEvent) => void} move
 * @property {(at: Point, event: PointerEvent) => void} end
 * @property {() => void} cancel
 */

/**
 * @typedef {object} Controls
 * @property {() => Range} window
 * @property {() => Range} whole
 * @property {() => Layout} layout
 * @property {(window: Range) => boolean} setWindow tells whether the window changed
 * @property {(time: number | null) => void} setCursor
 * @property {(at: Point, event: PointerEvent) => Gesture | null} press what a press in the chart takes hold of
 * @property {(at: Point) => string} hover shape of the pointer over what can be taken hold of
 * @property {(event: KeyboardEvent) => boolean} key tells whether the key was for it
 * @property {(at: Point, factor: number) => boolean} zoomValues tells whether a value axis was there
 * @property {(at: Point) => boolean} resetValues
 */

/**
 * @param {HTMLElement} element
 * @param {import("./listeners.js").Listeners} listeners
 * @param {Controls} controls
 */
export function addInteraction(element, listeners, controls) {
  const scale = () => timeScale(controls.window(), controls.layout().plot);
  const place = (/** @type {MouseEvent} */ event) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const inPlot = (/** @type {{x: number, y: number}} */ { x, y }) => {
    const { plot, ribbon } = controls.layout();
    return x >= plot.x && x <= plot.x + plot.w && y >= ribbon.y - 20 && y <= plot.y + plot.h + 32;
  };
  listeners.on(
    element,
    "wheel",
    (/** @type {WheelEvent} */ event) => {
      const at = place(event);
      const lines = event.deltaMode === 1 ? 24 : 1;
      if (controls.zoomValues(at, 1.0025 ** (event.deltaY * lines))) return event.preventDefault();
      if (!inPlot(at)) return;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const next = sideways
        ? panWindow(controls.window(), (event.deltaX * lines) / controls.layout().plot.w, controls.whole())
        : zoomWindow(controls.window(), 1.0025 ** (event.deltaY * lines), scale().time(at.x), controls.whole());
      if (controls.setWindow(next)) event.preventDefault();
    },
    { passive: false },
  );
  listeners.on(element, "dblclick", (/** @type {MouseEvent} */ event) => {
    if (!controls.resetValues(place(event))) controls.setWindow(controls.whole());
  });
  listeners.on(element, "pointerleave", () => controls.setCursor(null));
  addDragging(element, listeners, controls, place, inPlot);
  listeners.on(element, "keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.target !== element) return;
    if (controls.key(event)) return event.preventDefault();
    const next = keyWindow(event.key, controls.window(), controls.whole());
    if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    controls.setWindow(next);
  });
}

/**
 * Window that a key leads to, or null for a key that means nothing here.
 * @param {string} key
 * @param {Range} window
 * @param {Range} whole
 * @returns {Range | null}
 */
export function keyWindow(key, window, whole) {
  const middle = (window[0] + window[1]) / 2;
  const length = window[1] - window[0];
  if (key === "ArrowLeft") return panWindow(window, -0.2, whole);
  if (key === "ArrowRight") return panWindow(window, 0.2, whole);
  if (key === "+" || key === "=") return zoomWindow(window, 0.5, middle, whole);
  if (key === "-" || key === "_") return zoomWindow(window, 2, middle, whole);
  if (key === "Home") return [whole[0], whole[0] + length];
  if (key === "End") return [whole[1] - length, whole[1]];
  if (key === "0" || key === "Escape") return whole;
  return null;
}
