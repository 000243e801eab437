// Wheel, drag, pinch, double click and keys: each ends in one call that sets the window or the cursor.
import { panWindow, zoomWindow } from "./range.js";
import { timeScale } from "./scale.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./layout.js").Layout} Layout */

/**
 * @typedef {object} Controls
 * @property {() => Range} window
 * @property {() => Range} whole
 * @property {() => Layout} layout
 * @property {(window: Range) => boolean} setWindow tells whether the window changed
 * @property {(time: number | null) => void} setCursor
 */

const GRAB = 6;

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
      if (!inPlot(at)) return;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const lines = event.deltaMode === 1 ? 24 : 1;
      const next = sideways
        ? panWindow(controls.window(), (event.deltaX * lines) / controls.layout().plot.w, controls.whole())
        : zoomWindow(controls.window(), 1.0025 ** (event.deltaY * lines), scale().time(at.x), controls.whole());
      if (controls.setWindow(next)) event.preventDefault();
    },
    { passive: false },
  );
  listeners.on(element, "dblclick", () => controls.setWindow(controls.whole()));
  listeners.on(element, "pointerleave", () => controls.setCursor(null));
  addDragging(element, listeners, controls, place, inPlot);
  listeners.on(element, "keydown", (/** @type {KeyboardEvent} */ event) => {
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
function addDragging(element, listeners, controls, place, inPlot) {
  /** @type {Map<number, number>} */
  const pointers = new Map();
  /** @type {{grip: string, window: Range, x: number, gap: number} | null} */
  let held = null;
  const overviewAt = (/** @type {{x: number, y: number}} */ { x, y }) => {
    const box = controls.layout().overview;
    return box && y >= box.y - 4 && y <= box.y + box.h + 4 && x >= box.x - 8 && x <= box.x + box.w + 8 ? box : null;
  };
  const hold = (/** @type {string} */ grip) => {
    const xs = [...pointers.values()];
    const x = xs.reduce((sum, one) => sum + one, 0) / xs.length;
    held = { grip, window: controls.window(), x, gap: xs.length > 1 ? Math.abs(xs[0] - xs[1]) : 0 };
  };
  listeners.on(element, "pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0) return;
    const at = place(event);
    const strip = overviewAt(at);
    if (!strip && !inPlot(at)) return;
    pointers.set(event.pointerId, at.x);
    element.setPointerCapture?.(event.pointerId);
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
    if (!held || !pointers.has(event.pointerId)) {
      const strip = overviewAt(at);
      const grip = strip ? overviewGrip(at.x, controls.window(), controls.whole(), strip) : "";
      element.style.cursor = grip === "start" || grip === "end" ? "ew-resize" : grip ? "grab" : "";
      controls.setCursor(!strip && inPlot(at) ? scaleTime(controls, at.x) : null);
      return;
    }
    pointers.set(event.pointerId, at.x);
    const xs = [...pointers.values()];
    const x = xs.reduce((sum, one) => sum + one, 0) / xs.length;
    controls.setWindow(dragged(held, x, xs.length > 1 ? Math.abs(xs[0] - xs[1]) : 0, controls));
  });
  const release = (/** @type {PointerEvent} */ event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size && held) hold(held.grip);
    else held = null;
  };
  listeners.on(element, "pointerup", release);
  listeners.on(element, "pointercancel", release);
}

/** @param {Controls} controls @param {number} x */
const scaleTime = (controls, x) => timeScale(controls.window(), controls.layout().plot).time(x);

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
