// What a chart shows, in plain arrays: the shape both the notebook's and the report's wire are turned into.
import { knownZone } from "./zone.js";
import { clampWindow, isWhole } from "./range.js";

/** @typedef {import("./range.js").Range} Range */

/**
 * @typedef {object} Rows
 * @property {ArrayLike<number>} x milliseconds, rising
 * @property {ArrayLike<number>} [y] measured values or the score; NaN is a gap
 * @property {ArrayLike<number>} [expected] expected values in the same unit
 * @property {ArrayLike<number>[]} [parts] share of each named part, 0 to 1
 * @property {ArrayLike<number>[]} [lines] values of several sensors that share a panel
 */

/**
 * @typedef {object} Panel
 * @property {string} id
 * @property {"score" | "contribution" | "sensor"} kind
 * @property {string} name
 * @property {string} [unit]
 * @property {number | null} [halfBand] half width of the expected band, in the unit
 * @property {string[]} [parts] names of the parts of a contribution panel, or of the lines that share a panel
 * @property {[number | null, number | null]} [limits] allowed range from the sensor sheet, in the unit
 * @property {Rows} rows the whole range, as coarse as need be
 * @property {{range: Range, rows: Rows} | null} [detail] finer rows of one window
 */

/** @typedef {{start: number, end: number, severity?: "warning" | "critical", title?: string}} Event */
/** @typedef {{start: number, end: number, kind: "training" | "off" | "evaluation"}} Band */
/** @typedef {{start: number, end: number, code?: string, rating?: string, key?: number}} Label */

/**
 * @typedef {object} Description
 * @property {string} [zone]
 * @property {Range} range
 * @property {Range} [window]
 * @property {Panel[]} panels
 * @property {string[]} [shown] ids of the panels to show, all where absent
 * @property {Event[]} [events]
 * @property {Band[]} [bands]
 * @property {Label[]} [labels]
 * @property {number | null} [chosen] place of the event whose sensors are shown
 * @property {string} [caption] name of the overview strip
 * @property {boolean} [editing] labels are drawn over the panels and keep their strip even where there are none
 * @property {Range | null} [selection]
 */

/** @param {Description} description */
export function createState(description) {
  const [first, last] = description.range;
  const whole = /** @type {Range} */ (last > first ? [first, last] : [first - 500, first + 500]);
  const state = {
    zone: knownZone(description.zone),
    whole,
    window: clampWindow(description.window ?? whole, whole),
    panels: description.panels,
    shown: description.shown ?? description.panels.map((panel) => panel.id),
    events: description.events ?? [],
    bands: description.bands ?? [],
    labels: description.labels ?? [],
    caption: description.caption ?? "Whole range",
    editing: description.editing ?? false,
    selection: description.selection ?? null,
    /** @type {Set<string>} */ hidden: new Set(),
    /** @type {Set<string>} */ inverted: new Set(),
    /** @type {Map<string, Range>} value range a reader chose for a panel */ ranges: new Map(),
    /** @type {Set<number>} keys of the selected labels */ held: new Set(),
    /** @type {Map<string, import("./numberaxis.js").ValueAxis>} */ axes: new Map(),
    /** @type {number | null} */ cursor: null,
    /** @type {number | null} */ chosen: description.chosen ?? null,
  };
  return state;
}

/** @typedef {ReturnType<typeof createState>} State */

/** Panels that are drawn, from top to bottom. @param {State} state */
export function shownPanels(state) {
  const wanted = state.shown.filter((id) => !state.hidden.has(id));
  const found = wanted.map((id) => state.panels.find((panel) => panel.id === id));
  return /** @type {Panel[]} */ (found.filter(Boolean));
}

/** @param {State} state */
export const seesWhole = (state) => isWhole(state.window, state.whole);

/**
 * The finest rows known that cover the window; the coarse ones stay until finer ones are there.
 * @param {Panel} panel
 * @param {Range} window
 */
export function rowsFor(panel, window) {
  const detail = panel.detail;
  const covered = detail && detail.range[0] <= window[0] && detail.range[1] >= window[1];
  return covered ? detail.rows : panel.rows;
}

/**
 * Where the gutter reads its values: the pointer, else the middle of the chosen event, else the window's end.
 * @param {State} state
 */
export function readingTime(state) {
  if (state.cursor !== null) return state.cursor;
  const event = state.chosen === null ? undefined : state.events[state.chosen];
  const inside = event && event.end > state.window[0] && event.start < state.window[1];
  if (inside) return Math.min(Math.max((event.start + event.end) / 2, state.window[0]), state.window[1]);
  return state.window[1];
}

/**
 * Rows with finer ones put in where there are some, so that a coarse trace carries full detail in places.
 * @param {Rows} coarse
 * @param {{range: Range, rows: Rows}[]} fine ordered; where two overlap the earlier one wins
 * @returns {Rows}
 */
export function splice(coarse, fine) {
  if (!fine.length) return coarse;
  /** @type {[Rows, number][]} */
  const order = [];
  let row = 0;
  let last = -Infinity;
  for (const { range, rows } of fine) {
    while (row < coarse.x.length && coarse.x[row] < range[0]) order.push([coarse, row++]);
    for (let i = 0; i < rows.x.length; i += 1) {
      if (rows.x[i] <= last) continue;
      order.push([rows, i]);
      last = rows.x[i];
    }
    while (row < coarse.x.length && coarse.x[row] < range[1]) row += 1;
  }
  while (row < coarse.x.length) order.push([coarse, row++]);
  /** @param {(rows: Rows) => ArrayLike<number> | undefined} column */
  const gather = (column) => Float64Array.from(order, ([rows, i]) => column(rows)?.[i] ?? NaN);
  const any = (/** @type {(rows: Rows) => unknown} */ has) => has(coarse) || fine.some(({ rows }) => has(rows));
  return {
    x: Float64Array.from(order, ([rows, i]) => rows.x[i]),
    y: any((rows) => rows.y) ? gather((rows) => rows.y) : undefined,
    expected: any((rows) => rows.expected) ? gather((rows) => rows.expected) : undefined,
    parts: coarse.parts?.map((_, part) => gather((rows) => rows.parts?.[part])),
    lines: coarse.lines?.map((_, line) => gather((rows) => rows.lines?.[line])),
  };
}
