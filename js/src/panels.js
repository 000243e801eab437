// The three kinds of panels: score by severity, stacked contribution, sensor against what was expected.
import { eventBoxes } from "./events.js";
import { lowerBound, nearest } from "./range.js";
import { numberText, quantityText } from "./numberaxis.js";
import { readingTime, rowsFor } from "./model.js";
import { area, drawTicks, inside, stroke, trace, visibleRows } from "./paint.js";
import { drawSensor, sensorEntries } from "./sensor-panel.js";

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
  return sensorEntries({ state, theme }, panel, row, time);
}
