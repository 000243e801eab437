// The three kinds of panels: score by severity, stacked contribution, sensor against what was expected.
import { eventBoxes, wideEvents } from "./events.js";
import { lowerBound, nearest } from "./range.js";
import { innerRange, numberText, quantityText, valueAxis } from "./numberaxis.js";
import { readingTime, rowsFor } from "./model.js";
import { area, inside, rule, stroke, trace, visibleRows } from "./paint.js";
import { valueScale } from "./scale.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./model.js").Panel} Panel */
/** @typedef {import("./model.js").State} State */
/** @typedef {import("./scale.js").TimeScale} TimeScale */
/** @typedef {import("./theme.js").Theme} Theme */
/** @typedef {{text: string, mark: "line" | "short" | "long" | "dash" | "box" | "none", colour: string, value: string}} Entry */
/** @typedef {{ctx: CanvasRenderingContext2D, state: State, scale: TimeScale, theme: Theme}} Scene */

export const ALARM = 0.5;
export const CRITICAL = 0.9;
/** Order in which contributions take the series colours: neighbours differ in lightness too. */
const STACK = [0, 4, 2, 5, 3];

/** @param {Scene} scene @param {Panel} panel @param {Box} box */
export function drawPanel(scene, panel, box) {
  if (panel.kind === "score") drawScore(scene, panel, box);
  else if (panel.kind === "contribution") drawContribution(scene, panel, box);
  else drawSensor(scene, panel, box);
}

/** @param {Scene} scene @param {Box} box @param {{low: number, high: number, ticks: number[], decimals: number}} axis */
function drawTicks({ ctx, theme }, box, axis) {
  const py = valueScale(axis.low, axis.high, box);
  ctx.font = `11px ${theme.font}`;
  ctx.textAlign = "right";
  axis.ticks.forEach((tick, i) => {
    const y = py(tick);
    rule(ctx, box, y, theme.grid);
    ctx.fillStyle = theme.text3;
    const shift = i === 0 ? 0 : i === axis.ticks.length - 1 ? 8 : 4;
    ctx.fillText(numberText(tick, axis.decimals), box.x - 8, y + shift);
  });
  return py;
}

/** @param {Scene} scene @param {Panel} panel @param {Box} box */
function drawScore(scene, panel, box) {
  const { ctx, state, scale, theme } = scene;
  const py = drawTicks(scene, box, { low: 0, high: 1, ticks: [0, 0.5, 1], decimals: 1 });
  const line = (/** @type {number} */ at, /** @type {string} */ colour, /** @type {number[]} */ dash) => {
    const path = new Path2D();
    path.moveTo(box.x, Math.round(py(at)) + 0.5);
    path.lineTo(box.x + box.w, Math.round(py(at)) + 0.5);
    stroke(ctx, path, colour, 1, dash);
  };
  line(ALARM, theme.warn, [2, 3]);
  line(CRITICAL, theme.anomaly, [7, 3]);
  const rows = rowsFor(panel, state.window);
  const y = rows.y ?? [];
  const path = trace(rows.x, y, visibleRows(rows.x, state.window), scale.px, (v) => py(Math.min(v, 1.02)), box.w);
  const zone = (/** @type {number} */ top, /** @type {number} */ bottom) => [
    { x: box.x, w: box.w, y: top, h: bottom - top },
  ];
  inside(ctx, zone(py(ALARM), box.y + box.h + 2), () => stroke(ctx, path, theme.normal, 1.25));
  inside(ctx, zone(py(CRITICAL), py(ALARM)), () => stroke(ctx, path, theme.warn, 1.75));
  inside(ctx, zone(box.y - 4, py(CRITICAL)), () => stroke(ctx, path, theme.anomaly, 2));
}

/** @param {Scene} scene @param {Panel} panel @param {Box} box */
function drawContribution(scene, panel, box) {
  const { ctx, state, scale, theme } = scene;
  const py = drawTicks(scene, box, { low: 0, high: 100, ticks: [0, 50, 100], decimals: 0 });
  const rows = rowsFor(panel, state.window);
  const parts = rows.parts ?? [];
  const span = visibleRows(rows.x, state.window);
  const chosen = largestParts(state, panel);
  const sums = new Float32Array(rows.x.length);
  const layers = chosen.map((part) => {
    const lower = sums.slice();
    for (let row = span[0]; row < span[1]; row += 1) sums[row] += parts[part][row] * 100;
    const upper = sums.slice();
    return area(
      rows.x,
      (row) => lower[row],
      (row) => upper[row],
      span,
      scale.px,
      py,
    );
  });
  const full = area(
    rows.x,
    (row) => sums[row],
    (row) => (Number.isFinite(sums[row]) ? 100 : NaN),
    span,
    scale.px,
    py,
  );
  const roomy = (span[1] - span[0]) * 2 < box.w;
  const draw = () => {
    ctx.fillStyle = theme.axis;
    ctx.fill(full);
    layers.forEach((layer, i) => {
      ctx.fillStyle = theme.series[STACK[i]];
      ctx.fill(layer);
      if (roomy) stroke(ctx, layer, theme.background, 0.75);
    });
  };
  ctx.save();
  ctx.globalAlpha = 0.38;
  inside(ctx, [box], draw);
  ctx.restore();
  inside(ctx, eventBoxes(state, box, scale), () => {
    ctx.fillStyle = theme.background;
    ctx.fillRect(box.x, box.y, box.w, box.h);
    draw();
  });
}

/**
 * Places of the five largest parts: in the chosen event, else in all events, else in the window.
 * @param {State} state
 * @param {Panel} panel
 */
export function largestParts(state, panel) {
  const names = panel.parts ?? [];
  const chosen = state.chosen === null ? undefined : state.events[state.chosen];
  const spans = chosen
    ? [chosen]
    : state.events.length
      ? state.events
      : [{ start: state.window[0], end: state.window[1] }];
  const { x, parts = [] } = panel.rows;
  const sums = names.map(() => 0);
  for (const { start, end } of spans) {
    const from = Math.min(lowerBound(x, start), x.length - 1);
    for (let row = from; row === from || x[row] < end; row += 1) {
      names.forEach((_, part) => {
        const share = parts[part]?.[row];
        if (Number.isFinite(share)) sums[part] += share;
      });
    }
  }
  return sums
    .map((sum, part) => ({ sum, part }))
    .sort((a, b) => b.sum - a.sum)
    .slice(0, STACK.length)
    .map(({ part }) => part);
}

/** @param {Scene} scene @param {Panel} panel @param {Box} box */
function drawSensor(scene, panel, box) {
  const { ctx, state, scale, theme } = scene;
  const rows = rowsFor(panel, state.window);
  const y = rows.y ?? [];
  const span = visibleRows(rows.x, state.window);
  const expected = isTold(rows.expected, span) ? rows.expected : undefined;
  const half = panel.halfBand ?? 0;
  const axis = sensorAxis(scene, panel, box, expected ? [y, expected] : [y]);
  state.axes.set(panel.id, axis);
  const py = drawTicks(scene, box, axis);
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
    if (expected) stroke(ctx, trace(rows.x, expected, span, scale.px, py, box.w), theme.expectedLine, 1, [3, 2]);
    const path = trace(rows.x, y, span, scale.px, py, box.w);
    const anomalous = wideEvents(state, room, scale);
    const calm = gapsBetween(anomalous, room);
    inside(ctx, calm, () => stroke(ctx, path, theme.series[0], 1.25));
    inside(ctx, anomalous, () => stroke(ctx, path, theme.anomaly, 1.75));
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
 * Axis of a sensor: the inner 99 % outside off-time, and all of what the events in sight hold.
 * @param {Scene} scene
 * @param {Panel} panel
 * @param {Box} box
 * @param {ArrayLike<number>[]} columns
 */
function sensorAxis({ state, scale }, panel, box, columns) {
  const { x } = rowsFor(panel, state.window);
  const span = visibleRows(x, state.window);
  const off = state.bands.filter((band) => band.kind === "off");
  const skip = off.length
    ? (/** @type {number} */ row) => off.some((band) => x[row] >= band.start && x[row] < band.end)
    : undefined;
  const range = innerRange(columns, span[0], span[1], skip);
  if (!range) return valueAxis(null);
  for (const event of wideEvents(state, box, scale)) {
    const [from, to] = visibleRows(x, [scale.time(event.x), scale.time(event.x + event.w)]);
    for (let row = from; row < to; row += 1) {
      if (columns[0][row] < range[0]) range[0] = columns[0][row];
      if (columns[0][row] > range[1]) range[1] = columns[0][row];
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
 * What the gutter says of a panel at the cursor, or at the chosen event, or at the window's end.
 * @param {Scene} scene
 * @param {Panel} panel
 * @returns {Entry[]}
 */
export function gutterEntries({ state, theme }, panel) {
  const rows = rowsFor(panel, state.window);
  const time = readingTime(state);
  const row = nearest(rows.x, time);
  const read = (/** @type {ArrayLike<number> | undefined} */ column) => (column && row >= 0 ? column[row] : NaN);
  if (panel.kind === "score") {
    const score = read(rows.y);
    const colour = score >= CRITICAL ? theme.anomaly : score >= ALARM ? theme.warn : theme.normal;
    return [
      { text: "critical from 0.9", mark: "long", colour: theme.anomaly, value: "" },
      { text: "event from 0.5", mark: "short", colour: theme.warn, value: "" },
      { text: "score", mark: "line", colour, value: numberText(score, 2) },
    ];
  }
  if (panel.kind === "contribution") {
    return largestParts(state, panel).map((part, i) => ({
      text: panel.parts?.[part] ?? "",
      mark: /** @type {const} */ ("box"),
      colour: theme.series[STACK[i]],
      value: quantityText(read(rows.parts?.[part]) * 100, "%", 0),
    }));
  }
  const unit = panel.unit ?? "";
  const inEvent = state.events.some((event) => time >= event.start && time < event.end);
  const value = read(rows.y);
  const axis = state.axes.get(panel.id);
  const decimals = axis ? axis.decimals + 1 : undefined;
  /** @type {Entry[]} */
  const entries = [
    {
      text: "measured",
      mark: "line",
      colour: inEvent ? theme.anomaly : theme.series[0],
      value: quantityText(value, unit, decimals),
    },
  ];
  if (!isTold(rows.expected, visibleRows(rows.x, state.window))) return entries;
  if (rows.expected) {
    const value = quantityText(read(rows.expected), unit, decimals);
    entries.push({ text: "expected", mark: "dash", colour: theme.expectedLine, value });
  }
  if (rows.expected && panel.halfBand) {
    const value = `±${quantityText(Number(panel.halfBand.toPrecision(2)), unit, bandDecimals(panel.halfBand))}`;
    entries.push({ text: "normal range", mark: "box", colour: theme.expectedBand, value });
  }
  return entries;
}
