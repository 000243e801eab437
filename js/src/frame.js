// The time axis, the overview strip, the cursor and the gutter.
import { mark, stretch } from "./events.js";
import { AXIS } from "./layout.js";
import { readingTime, shownPanels } from "./model.js";
import { cut, hatch, stroke, trace, visibleRows } from "./paint.js";
import { gutterEntries } from "./panels.js";
import { numberText } from "./numberaxis.js";
import { timeScale, valueScale } from "./scale.js";
import { cursorText, overviewTicks, spanText, timeAxis } from "./timeaxis.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./panels.js").Scene} Scene */
/** @typedef {import("./panels.js").Entry} Entry */

/** @param {Scene} scene @param {Layout} layout */
export function drawTimeAxis({ ctx, state, scale, theme }, layout) {
  const { plot } = layout;
  const bottom = plot.y + plot.h;
  const axis = timeAxis(state.window, plot.w, state.zone);
  ctx.fillStyle = theme.axis;
  ctx.fillRect(plot.x, Math.round(bottom), plot.w, 1);
  ctx.textAlign = "center";
  ctx.font = `11px ${theme.font}`;
  for (const tick of axis.upper) {
    const x = scale.px(tick.time);
    ctx.fillStyle = theme.axis;
    ctx.fillRect(Math.round(x), bottom, 1, 4);
    ctx.fillStyle = theme.text3;
    ctx.fillText(tick.text, x, bottom + 15);
  }
  ctx.textAlign = "right";
  ctx.font = `11px ${theme.font}`;
  ctx.fillText(cut(ctx, state.zone, plot.x - 12), plot.x - 8, bottom + AXIS - 3);
  ctx.textAlign = "left";
  ctx.font = `600 11px ${theme.font}`;
  let free = plot.x;
  axis.lower.forEach((tick, i) => {
    const x = Math.max(scale.px(tick.time), plot.x);
    const next = axis.lower[i + 1];
    const width = ctx.measureText(tick.text).width + 8;
    const room = next ? scale.px(next.time) : plot.x + plot.w + layout.gutter;
    if (x < free || x > plot.x + plot.w) return;
    if (i > 0) {
      ctx.fillStyle = theme.axis;
      ctx.fillRect(Math.round(x), bottom + 20, 1, 10);
    }
    if (x + width > room) return;
    ctx.fillStyle = theme.text2;
    ctx.fillText(tick.text, x + (i > 0 ? 4 : 0), bottom + AXIS - 3);
    free = x + width;
  });
}

/** @param {Scene} scene @param {Layout} layout */
export function drawOverview({ ctx, state, theme }, layout) {
  const box = layout.overview;
  if (!box) return;
  const scale = timeScale(state.whole, box);
  ctx.fillStyle = theme.subtle;
  ctx.fillRect(box.x, box.y, box.w, box.h);
  for (const band of state.bands) {
    const part = stretch(band, box, scale);
    if (part && band.kind === "off") {
      hatch(ctx, part, { fill: theme.offSoft, stroke: theme.off, spacing: 7, width: 1, lean: -1, alpha: 0.45 });
    } else if (part && band.kind === "training") {
      ctx.fillStyle = theme.train;
      ctx.fillRect(part.x, part.y, part.w, part.h);
    }
  }
  const first = state.panels.find((panel) => panel.kind === "score") ?? state.panels.find((panel) => panel.rows.y);
  if (first?.rows.y) {
    const { x, y } = first.rows;
    let [low, high] = first.kind === "score" ? [0, 1] : [Infinity, -Infinity];
    for (let row = 0; first.kind !== "score" && row < y.length; row += 1) {
      if (y[row] < low) low = y[row];
      if (y[row] > high) high = y[row];
    }
    const py = valueScale(low, high > low ? high : low + 1, { ...box, y: box.y + 5, h: box.h - 7 });
    stroke(ctx, trace(x, y, visibleRows(x, state.whole), scale.px, py, box.w), theme.normal, 0.8);
  }
  for (const event of state.events) {
    const part = stretch(event, box, scale);
    ctx.fillStyle = theme.anomaly;
    if (part) ctx.fillRect(mark(part, box, Math.max(part.w, 3)), box.y, Math.max(part.w, 3), 5);
  }
  for (const label of state.labels) {
    const part = stretch(label, box, scale);
    ctx.fillStyle = theme.label;
    if (part) ctx.fillRect(mark(part, box, Math.max(part.w, 3)), box.y + box.h - 4, Math.max(part.w, 3), 4);
  }
  drawOverviewWindow(ctx, state.window, box, scale, theme);
  ctx.font = `11px ${theme.font}`;
  ctx.textAlign = "left";
  for (const tick of overviewTicks(state.whole, box.w, state.zone)) {
    const x = scale.px(tick.time);
    if (x + ctx.measureText(tick.text).width > box.x + box.w) continue;
    ctx.fillStyle = theme.axis;
    ctx.fillRect(Math.round(x), box.y + box.h, 1, 4);
    ctx.fillStyle = theme.text3;
    ctx.fillText(tick.text, x + 3, box.y + box.h + 13);
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {[number, number]} window
 * @param {Box} box
 * @param {import("./scale.js").TimeScale} scale
 * @param {import("./theme.js").Theme} theme
 */
function drawOverviewWindow(ctx, window, box, scale, theme) {
  const left = scale.px(window[0]);
  const width = Math.max(scale.px(window[1]) - left, 6);
  ctx.fillStyle = theme.window;
  ctx.fillRect(left, box.y, width, box.h);
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 1;
  ctx.strokeRect(left + 0.5, box.y + 0.5, width - 1, box.h - 1);
  ctx.fillStyle = theme.background;
  for (const x of [left - 2.5, left + width - 2.5]) {
    ctx.beginPath();
    ctx.roundRect(x, box.y + 6, 5, box.h - 12, 2);
    ctx.fill();
    ctx.stroke();
  }
}

/** Cursor and gutter: what changes with the pointer. @param {Scene} scene @param {Layout} layout */
export function drawPointer(scene, layout) {
  const { ctx, state, scale, theme } = scene;
  const { plot, ribbon } = layout;
  if (state.cursor !== null) {
    const x = Math.round(scale.px(state.cursor));
    ctx.fillStyle = theme.text;
    ctx.fillRect(x, ribbon.y, 1, plot.y + plot.h - ribbon.y);
    const text = cursorText(state.cursor, state.window[1] - state.window[0], state.zone);
    ctx.font = `500 11px ${theme.font}`;
    const width = ctx.measureText(text).width + 16;
    const left = Math.min(Math.max(x - width / 2, plot.x), plot.x + plot.w - width);
    ctx.beginPath();
    ctx.roundRect(left, ribbon.y - 19, width, 18, 2);
    ctx.fill();
    ctx.fillStyle = theme.background;
    ctx.textAlign = "center";
    ctx.fillText(text, left + width / 2, ribbon.y - 6);
  }
  if (layout.gutter) drawGutter(scene, layout);
  else drawNames(scene, layout);
}

/** @param {Scene} scene @param {Layout} layout */
function drawGutter(scene, layout) {
  const { ctx, state, theme } = scene;
  const x = layout.plot.x + layout.plot.w + 16;
  const room = layout.width - x;
  const put = (/** @type {string} */ text, /** @type {number} */ y, font = "12px", colour = theme.text2) => {
    ctx.font = `${font} ${theme.font}`;
    ctx.fillStyle = colour;
    ctx.textAlign = "left";
    ctx.fillText(cut(ctx, text, room), x, y);
  };
  if (layout.ribbon.h) put("Events", layout.ribbon.y + 10);
  if (layout.labels) put("Labels", layout.labels.y + 10);
  shownPanels(state).forEach((panel, i) => {
    const box = layout.panels[i];
    put(panel.name, box.y + 10, "600 12px", theme.text);
    const entries = gutterEntries(scene, panel).slice(0, Math.max(1, Math.floor((box.h - 2) / 16)));
    entries.forEach((entry, row) => drawEntry(scene, entry, x, box.y + 26 + row * 16, room));
  });
  const box = layout.overview;
  if (box) {
    put(state.caption, box.y + 11, "600 12px", theme.text);
    const events = state.events.length;
    const count = events === 1 ? "1 event" : `${numberText(events, 0)} events`;
    put(`${spanText(state.whole[1] - state.whole[0])}, ${events ? count : "no events"}`, box.y + 27);
  }
}

/** @param {Scene} scene @param {Entry} entry @param {number} x @param {number} y @param {number} room */
function drawEntry({ ctx, theme }, entry, x, y, room) {
  ctx.fillStyle = ctx.strokeStyle = entry.colour;
  if (entry.mark === "box") ctx.fillRect(x, y - 9, 10, 10);
  else if (entry.mark === "line") ctx.fillRect(x, y - 5, 10, 2);
  else {
    const path = new Path2D();
    path.moveTo(x, y - 4);
    path.lineTo(x + 11, y - 4);
    stroke(ctx, path, entry.colour, 1.25, { short: [2, 2], long: [7, 2, 2, 2], dash: [4, 2], none: [] }[entry.mark]);
  }
  ctx.font = `600 12px ${theme.font}`;
  const width = entry.value ? ctx.measureText(entry.value).width + 8 : 0;
  ctx.fillStyle = theme.text;
  ctx.textAlign = "right";
  ctx.fillText(entry.value, x + room, y);
  ctx.font = `12px ${theme.font}`;
  ctx.fillStyle = theme.text2;
  ctx.textAlign = "left";
  ctx.fillText(cut(ctx, entry.text, room - 16 - width), x + 16, y);
}

/** Names and first values above the panels, where there is no gutter. @param {Scene} scene @param {Layout} layout */
function drawNames(scene, layout) {
  const { ctx, state, theme } = scene;
  const time = readingTime(state);
  shownPanels(state).forEach((panel, i) => {
    const box = layout.panels[i];
    const value = gutterEntries(scene, panel).find((entry) => entry.value);
    ctx.font = `600 11px ${theme.font}`;
    ctx.textAlign = "right";
    ctx.fillStyle = theme.text;
    const text = value && Number.isFinite(time) ? value.value : "";
    ctx.fillText(text, box.x + box.w, box.y - 4);
    ctx.textAlign = "left";
    ctx.fillText(cut(ctx, panel.name, box.w - ctx.measureText(text).width - 8), box.x, box.y - 4);
  });
}
