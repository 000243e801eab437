// A sensor, or several of one unit, over time: limits of the sheet, what was expected, and what was measured.
import { wideEvents } from "./events.js";
import { fixedAxis, innerRange, numberText, quantityText, valueAxis } from "./numberaxis.js";
import { rowsFor } from "./model.js";
import { area, drawTicks, inside, stroke, trace, visibleRows } from "./paint.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./model.js").Panel} Panel */
/** @typedef {import("./model.js").Rows} Rows */
/** @typedef {import("./model.js").State} State */
/** @typedef {import("./panels.js").Scene} Scene */
/** @typedef {import("./panels.js").Entry} Entry */

/** From the fourth line on a dash tells lines apart as well as their colour. */
const DASHES = [[], [], [], [7, 3], [2, 2], [7, 3, 2, 3], [10, 3], [4, 4]];

/** Lines of a panel: those of several sensors, or the one of its own. @param {Rows} rows */
export const linesOf = (rows) => rows.lines ?? [rows.y ?? []];

/** @param {Scene} scene @param {Panel} panel @param {Box} box */
export function drawSensor(scene, panel, box) {
  const { ctx, state, scale, theme } = scene;
  const rows = rowsFor(panel, state.window);
  const lines = linesOf(rows);
  const span = visibleRows(rows.x, state.window);
  const expected = isTold(rows.expected, span) ? rows.expected : undefined;
  const half = panel.halfBand ?? 0;
  const axis = sensorAxis(scene, panel, box, expected ? [...lines, expected] : lines, lines.length);
  state.axes.set(panel.id, axis);
  const py = drawTicks(scene, box, axis, state.inverted.has(panel.id));
  const room = { ...box, y: box.y - 2, h: box.h + 4 };
  inside(ctx, [room], () => {
    if (expected && half > 0) {
      ctx.fillStyle = theme.expectedBand;
      ctx.fill(
        area(
          rows.x,
          (row) => expected[row] - half,
          (row) => expected[row] + half,
          span,
          scale.px,
          py,
        ),
      );
    }
    for (const limit of panel.limits ?? []) {
      if (limit === null || limit < axis.low || limit > axis.high) continue;
      const path = new Path2D();
      path.moveTo(box.x, Math.round(py(limit)) + 0.5);
      path.lineTo(box.x + box.w, Math.round(py(limit)) + 0.5);
      stroke(ctx, path, theme.warn, 1, [7, 2, 2, 2]);
    }
    if (expected) stroke(ctx, trace(rows.x, expected, span, scale.px, py, box.w), theme.expectedLine, 1, [3, 2]);
    const anomalous = wideEvents(state, room, scale);
    const calm = gapsBetween(anomalous, room);
    lines.forEach((line, i) => {
      const path = trace(rows.x, line, span, scale.px, py, box.w);
      const colour = theme.series[i % theme.series.length];
      const dash = DASHES[i % DASHES.length];
      inside(ctx, calm, () => stroke(ctx, path, colour, 1.25, dash));
      inside(ctx, anomalous, () => stroke(ctx, path, lines.length > 1 ? colour : theme.anomaly, 1.75, dash));
    });
  });
}

/**
 * Whether expected values are known for most of the rows; scattered ones in a wide window would only be specks.
 * @param {ArrayLike<number> | undefined} expected
 * @param {[number, number]} span
 */
export function isTold(expected, [from, to]) {
  let known = 0;
  for (let row = from; expected && row < to; row += 1) if (Number.isFinite(expected[row])) known += 1;
  return known > 0 && known >= (to - from) / 2;
}

/**
 * Axis of a sensor: the range a reader chose, else the inner 99 % outside off-time and all of what events hold.
 * @param {Scene} scene
 * @param {Panel} panel
 * @param {Box} box
 * @param {ArrayLike<number>[]} columns
 * @param {number} measured how many of them were measured
 */
function sensorAxis({ state, scale }, panel, box, columns, measured) {
  const chosen = state.ranges.get(panel.id);
  if (chosen) return fixedAxis(chosen);
  const { x } = rowsFor(panel, state.window);
  const span = visibleRows(x, state.window);
  const off = state.editing ? [] : state.bands.filter((band) => band.kind === "off");
  const skip = off.length
    ? (/** @type {number} */ row) => off.some((band) => x[row] >= band.start && x[row] < band.end)
    : undefined;
  const range = innerRange(columns, span[0], span[1], skip);
  if (!range) return valueAxis(null);
  for (const event of wideEvents(state, box, scale)) {
    const [from, to] = visibleRows(x, [scale.time(event.x), scale.time(event.x + event.w)]);
    for (const column of columns.slice(0, measured)) {
      for (let row = from; row < to; row += 1) {
        if (column[row] < range[0]) range[0] = column[row];
        if (column[row] > range[1]) range[1] = column[row];
      }
    }
  }
  return valueAxis(range);
}

/** Digits after the point that leave two significant ones. @param {number} size */
const bandDecimals = (size) => Math.max(0, 1 - Math.floor(Math.log10(size)));

/** What some boxes leave free of a box, from left to right. @param {Box[]} boxes @param {Box} whole */
export function gapsBetween(boxes, whole) {
  const free = [];
  let x = whole.x;
  for (const box of [...boxes].sort((a, b) => a.x - b.x)) {
    if (box.x > x) free.push({ ...whole, x, w: box.x - x });
    x = Math.max(x, box.x + box.w);
  }
  if (x < whole.x + whole.w) free.push({ ...whole, x, w: whole.x + whole.w - x });
  return free;
}

/**
 * What the gutter says of a sensor's panel.
 * @param {{state: State, theme: import("./theme.js").Theme}} scene
 * @param {Panel} panel
 * @param {number} row
 * @param {number} time
 * @returns {Entry[]}
 */
export function sensorEntries({ state, theme }, panel, row, time) {
  const rows = rowsFor(panel, state.window);
  const lines = linesOf(rows);
  const unit = panel.unit ?? "";
  const inEvent = state.events.some((event) => time >= event.start && time < event.end);
  const axis = state.axes.get(panel.id);
  const decimals = axis ? axis.decimals + 1 : undefined;
  const read = (/** @type {ArrayLike<number> | undefined} */ column) => (column && row >= 0 ? column[row] : NaN);
  /** @type {Entry[]} */
  const entries = lines.map((line, i) => ({
    text: lines.length > 1 ? (panel.parts?.[i] ?? "") : "measured",
    mark: i > 2 ? "dash" : "line",
    colour: inEvent && lines.length === 1 ? theme.anomaly : theme.series[i % theme.series.length],
    value: quantityText(read(line), unit, decimals),
  }));
  if (isTold(rows.expected, visibleRows(rows.x, state.window))) {
    const value = quantityText(read(rows.expected), unit, decimals);
    entries.push({ text: "expected", mark: "dash", colour: theme.expectedLine, value });
    if (panel.halfBand) {
      const half = `±${quantityText(Number(panel.halfBand.toPrecision(2)), unit, bandDecimals(panel.halfBand))}`;
      entries.push({ text: "normal range", mark: "box", colour: theme.expectedBand, value: half });
    }
  }
  const [low = null, high = null] = panel.limits ?? [];
  if (low !== null || high !== null) {
    const text = low === null ? "limit above" : high === null ? "limit below" : "limits";
    const value = [low, high].filter((limit) => limit !== null).map((limit) => numberText(limit, axis?.decimals));
    entries.push({ text, mark: "long", colour: theme.warn, value: value.join(" to ") });
  }
  return entries;
}
