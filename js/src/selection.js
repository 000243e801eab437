// A selected range of time: drawn by drag, moved at its edges, and led by keys.
import { stretch } from "./events.js";
import { timeScale } from "./scale.js";
import { spanText } from "./timeaxis.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./interaction.js").Gesture} Gesture */
/** @typedef {import("./interaction.js").Point} Point */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./model.js").State} State */

/** Pixels on each side of an edge in which it can be taken hold of. */
export const GRAB = 6;

/**
 * Range with one edge moved by a key: [ and { the start, ] and } the end, the plain ones outwards; null for others.
 * @param {string} key
 * @param {Range} range
 * @param {number} step
 * @param {Range} whole
 * @returns {Range | null}
 */
export function edgeKey(key, [start, end], step, whole) {
  /** @type {Record<string, Range>} */
  const moved = {
    "[": [Math.max(start - step, whole[0]), end],
    "{": [start + step, end],
    "]": [start, Math.min(end + step, whole[1])],
    "}": [start, end - step],
  };
  const next = moved[key];
  return next && next[1] > next[0] ? next : null;
}

/**
 * Selection that a key leads to; undefined for a key that means nothing here.
 * @param {KeyboardEvent} event
 * @param {State} state
 * @returns {Range | null | undefined}
 */
export function selectionKey(event, state) {
  const [start, end] = state.window;
  const step = (end - start) / 50;
  const chosen = state.selection;
  const isArrow = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (event.shiftKey && isArrow && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const way = event.key === "ArrowRight" ? step : -step;
    if (!chosen) {
      const from = state.cursor ?? (start + end) / 2;
      return [
        Math.max(Math.min(from, from + way), state.whole[0]),
        Math.min(Math.max(from, from + way), state.whole[1]),
      ];
    }
    const next = Math.min(chosen[1] + way, state.whole[1]);
    return next > chosen[0] ? [chosen[0], next] : chosen;
  }
  if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "Escape") return null;
  return edgeKey(event.key, chosen, step, state.whole) ?? undefined;
}

/**
 * Edge of a range under the pointer.
 * @param {Point} at
 * @param {Range | null} range
 * @param {State} state
 * @param {Layout} layout
 * @returns {"start" | "end" | null}
 */
export function edgeAt(at, range, state, layout) {
  const { plot } = layout;
  if (!range || at.y < plot.y - 40 || at.y > plot.y + plot.h) return null;
  const scale = timeScale(state.window, plot);
  const [toStart, toEnd] = range.map((time) => Math.abs(scale.px(time) - at.x));
  if (Math.min(toStart, toEnd) > GRAB) return null;
  return toStart < toEnd || (toStart === toEnd && at.x < scale.px(range[0])) ? "start" : "end";
}

/**
 * Drag that makes a range from a fixed moment to the pointer; the window stands still meanwhile.
 * @param {number} fixed
 * @param {{state: State, layout: () => Layout, set: (range: Range | null) => void, done: (range: Range | null) => void, before: Range | null}} options
 * @returns {Gesture}
 */
export function rangeGesture(fixed, { state, layout, set, done, before }) {
  const window = /** @type {Range} */ ([...state.window]);
  const { plot } = layout();
  const scale = timeScale(window, plot);
  const range = (/** @type {Point} */ at) => {
    const time = Math.min(Math.max(scale.time(at.x), window[0]), window[1]);
    return /** @type {Range} */ ([Math.min(fixed, time), Math.max(fixed, time)]);
  };
  return {
    move: (at) => set(range(at)),
    end: (at) => {
      const [start, end] = range(at);
      const chosen = (end - start) * scale.perMs < 2 ? null : /** @type {Range} */ ([start, end]);
      set(chosen);
      done(chosen);
    },
    cancel: () => set(before),
  };
}

/** @param {import("./panels.js").Scene} scene @param {Layout} layout */
export function drawSelection({ ctx, state, scale, theme }, layout) {
  const chosen = state.selection;
  const part = chosen && stretch({ start: chosen[0], end: chosen[1] }, layout.plot, scale);
  if (!chosen || !part) return;
  ctx.fillStyle = theme.chosen;
  ctx.globalAlpha = 0.14;
  ctx.fillRect(part.x, part.y, part.w, part.h);
  ctx.globalAlpha = 1;
  for (const time of chosen) {
    const x = Math.round(scale.px(time));
    if (x >= layout.plot.x && x <= layout.plot.x + layout.plot.w) ctx.fillRect(x, part.y, 1, part.h);
  }
  const text = spanText(chosen[1] - chosen[0]);
  ctx.font = `500 11px ${theme.font}`;
  const width = ctx.measureText(text).width + 12;
  const { x, w } = layout.plot;
  const left = Math.min(Math.max(part.x + part.w / 2 - width / 2, x), x + w - width);
  ctx.fillStyle = theme.chosenInk;
  ctx.beginPath();
  ctx.roundRect(left, part.y, width, 18, 2);
  ctx.fill();
  ctx.fillStyle = theme.background;
  ctx.textAlign = "center";
  ctx.fillText(text, left + width / 2, part.y + 13);
}
