// Zoom and pan of one panel's values: at its ticks by wheel and drag, and by the buttons of the menu.
import { valueScale } from "./scale.js";
import { shownPanels } from "./model.js";

/** @typedef {import("./interaction.js").Point} Point */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./model.js").State} State */

/**
 * Sensor panel whose ticks are under the pointer, with its box.
 * @param {State} state
 * @param {Layout} layout
 * @param {Point} at
 */
export function ticksAt(state, layout, { x, y }) {
  if (x < 0 || x >= layout.plot.x) return null;
  const place = layout.panels.findIndex((box) => y >= box.y - 4 && y <= box.y + box.h + 4);
  const panel = shownPanels(state)[place];
  return panel?.kind === "sensor" ? { panel, box: layout.panels[place] } : null;
}

/**
 * @param {State} state
 * @param {string} id of a panel
 * @param {number} factor above 1 shows more
 * @param {number} [share] place that stays where it is, 0 at the lowest and 1 at the highest value
 */
export function zoomPanel(state, id, factor, share = 0.5) {
  const axis = state.axes.get(id);
  if (!axis) return;
  const [low, high] = state.ranges.get(id) ?? [axis.low, axis.high];
  const anchor = low + (high - low) * share;
  const length = (high - low) * factor;
  if (!(length > Math.abs(anchor) * 1e-9) || !Number.isFinite(length)) return;
  state.ranges.set(id, [anchor - length * share, anchor + length * (1 - share)]);
}

/**
 * Drag at the ticks of a panel: its values move with the pointer.
 * @param {State} state
 * @param {Layout} layout
 * @param {Point} at
 * @param {() => void} redraw
 * @returns {import("./interaction.js").Gesture | null}
 */
export function valueGesture(state, layout, at, redraw) {
  const found = ticksAt(state, layout, at);
  const axis = found && state.axes.get(found.panel.id);
  if (!found || !axis) return null;
  const { id } = found.panel;
  const before = state.ranges.get(id);
  const [low, high] = before ?? [axis.low, axis.high];
  const way = state.inverted.has(id) ? -1 : 1;
  const perPixel = (valueScale(0, 1, found.box)(0) - valueScale(0, 1, found.box)(1)) / (high - low);
  return {
    move(now) {
      const shift = ((now.y - at.y) / perPixel) * way;
      state.ranges.set(id, [low + shift, high + shift]);
      redraw();
    },
    end: redraw,
    cancel() {
      if (before) state.ranges.set(id, before);
      else state.ranges.delete(id);
      redraw();
    },
  };
}
