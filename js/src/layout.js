// Where everything stands: gutters, ribbon, panels, axis and overview strip, in CSS pixels.
import { seesWhole, shownPanels } from "./model.js";

/** @typedef {import("./model.js").State} State */
/** @typedef {{x: number, y: number, w: number, h: number}} Box */

export const AXIS = 32;
const TOP = 22;
const RIBBON = 12;
const OVERVIEW = 26;
const OVERVIEW_AXIS = 18;
const GAP = 16;
const HEIGHTS = { score: 60, contribution: 72, sensor: 72 };

/**
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {Box} plot from the first panel's top to the axis
 * @property {Box} ribbon
 * @property {Box | null} labels
 * @property {Box[]} panels
 * @property {Box | null} overview
 * @property {number} gutter width of the right gutter, 0 on narrow screens
 */

/** Room of the event ribbon: none where sensors are shown without a score. @param {State} state */
const ribbonRoom = (state) =>
  state.events.length || shownPanels(state).some((panel) => panel.kind === "score") ? RIBBON + 8 : 0;

/** Room of the label strip: taller where labels are worked on. @param {State} state */
const labelRoom = (state) => (state.editing ? 26 : state.labels.length ? 16 : 0);

/** Height of the whole chart; it does not change with the window, so that nothing on the page jumps. @param {State} state */
export function chartHeight(state, narrow = false) {
  const panels = shownPanels(state);
  const gap = narrow ? GAP + 8 : GAP;
  const heights = panels.reduce((sum, panel) => sum + HEIGHTS[panel.kind] + gap, 0);
  return TOP + ribbonRoom(state) + labelRoom(state) + heights - gap + AXIS + 12 + OVERVIEW + OVERVIEW_AXIS;
}

/**
 * @param {State} state
 * @param {number} width
 * @returns {Layout}
 */
export function layOut(state, width) {
  const narrow = width < 560;
  const gutter = narrow ? 0 : 176;
  const left = narrow ? 40 : 48;
  const w = Math.max(width - left - gutter, 40);
  const height = chartHeight(state, narrow);
  const room = ribbonRoom(state);
  const ribbon = { x: left, y: TOP, w, h: room ? RIBBON : 0 };
  const strip = labelRoom(state);
  const labels = strip ? { x: left, y: TOP + (room ? 16 : 0), w, h: state.editing ? 18 : RIBBON } : null;
  const shown = shownPanels(state);
  const whole = seesWhole(state);
  const sensors = shown.filter((panel) => panel.kind === "sensor").length || shown.length;
  const spare = whole ? (12 + OVERVIEW + OVERVIEW_AXIS) / Math.max(sensors, 1) : 0;
  const gap = narrow ? GAP + 8 : GAP;
  let y = TOP + room + strip + (narrow ? 8 : 0);
  const top = y;
  const panels = shown.map((panel) => {
    const grows = panel.kind === "sensor" || sensors === shown.length;
    const box = { x: left, y, w, h: HEIGHTS[panel.kind] + (grows ? spare : 0) };
    y += box.h + gap;
    return box;
  });
  const bottom = panels.length ? y - gap : y;
  const overview = whole ? null : { x: left, y: bottom + AXIS + 12, w, h: OVERVIEW };
  return { width, height, plot: { x: left, y: top, w, h: bottom - top }, ribbon, labels, panels, overview, gutter };
}
