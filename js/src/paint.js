// Strokes and fills every panel is made of.
import { numberText } from "./numberaxis.js";
import { lowerBound } from "./range.js";
import { valueScale } from "./scale.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {CanvasRenderingContext2D} Context */

/** Crisp hairline across a box. @param {Context} ctx @param {Box} box @param {number} y @param {string} colour */
export function rule(ctx, box, y, colour) {
  ctx.fillStyle = colour;
  ctx.fillRect(box.x, Math.round(y), box.w, 1);
}

/**
 * Grid and numbers of a value axis; gives the scale from values to pixels.
 * @param {import("./panels.js").Scene} scene
 * @param {Box} box
 * @param {{low: number, high: number, ticks: number[], decimals: number}} axis
 * @param {boolean} [inverted] the highest value stands at the bottom
 */
export function drawTicks({ ctx, theme }, box, axis, inverted = false) {
  const py = inverted ? valueScale(axis.high, axis.low, box) : valueScale(axis.low, axis.high, box);
  ctx.font = `11px ${theme.font}`;
  ctx.textAlign = "right";
  for (const tick of axis.ticks) {
    const y = py(tick);
    rule(ctx, box, y, theme.grid);
    ctx.fillStyle = theme.text3;
    const shift = y > box.y + box.h - 5 ? 0 : y < box.y + 5 ? 8 : 4;
    ctx.fillText(numberText(tick, axis.decimals), box.x - 8, y + shift);
  }
  return py;
}

/**
 * @param {Context} ctx
 * @param {Box} box
 * @param {{fill: string | null, stroke: string, spacing: number, width: number, lean: 1 | -1, alpha?: number}} style
 */
export function hatch(ctx, box, { fill, stroke, spacing, width, lean, alpha = 1 }) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, box.w, box.h);
  ctx.clip();
  if (fill) {
    ctx.fillStyle = fill;
    ctx.fillRect(box.x, box.y, box.w, box.h);
  }
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = stroke;
  ctx.lineWidth = width;
  ctx.beginPath();
  const begin = Math.floor((box.x - box.h) / spacing) * spacing;
  for (let x = begin; x < box.x + box.w + box.h; x += spacing) {
    ctx.moveTo(x, lean > 0 ? box.y + box.h : box.y);
    ctx.lineTo(x + box.h, lean > 0 ? box.y : box.y + box.h);
  }
  ctx.stroke();
  ctx.restore();
}

/**
 * Rows to draw for a window: those inside and one more on each side.
 * @param {ArrayLike<number>} x
 * @param {[number, number]} window
 * @returns {[number, number]}
 */
export function visibleRows(x, window) {
  return [Math.max(lowerBound(x, window[0]) - 1, 0), Math.min(lowerBound(x, window[1]) + 1, x.length)];
}

/**
 * Trace of a line. Gaps stay gaps; where rows are denser than pixels each pixel keeps its lowest and highest value.
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 * @param {[number, number]} rows
 * @param {(time: number) => number} px
 * @param {(value: number) => number} py
 * @param {number} width pixels of the plot
 */
export function trace(x, y, [from, to], px, py, width) {
  const path = new Path2D();
  const dense = to - from > 4 * width;
  let open = false;
  let single = false;
  let column = NaN;
  let [low, high, last] = [0, 0, 0];
  const put = (/** @type {number} */ a, /** @type {number} */ b) => {
    if (open) path.lineTo(a, b);
    else path.moveTo(a, b);
    single = !open;
    open = true;
  };
  const flush = () => {
    if (Number.isNaN(column)) return;
    put(column, low);
    put(column, high);
    put(column, last);
    column = NaN;
  };
  let lastX = 0;
  for (let row = from; row < to; row += 1) {
    const value = y[row];
    if (!Number.isFinite(value)) {
      flush();
      if (single) path.lineTo(lastX + 0.8, last);
      open = single = false;
      continue;
    }
    const a = px(x[row]);
    const b = Math.min(Math.max(py(value), -1e5), 1e5);
    lastX = a;
    if (!dense) {
      last = b;
      put(a, b);
      continue;
    }
    const pixel = Math.round(a);
    if (pixel !== column) {
      flush();
      column = pixel;
      low = high = b;
    }
    low = Math.min(low, b);
    high = Math.max(high, b);
    last = b;
  }
  flush();
  if (single) path.lineTo(lastX + 0.8, last);
  return path;
}

/**
 * Area between two lines over the same rows.
 * @param {ArrayLike<number>} x
 * @param {(row: number) => number} lower
 * @param {(row: number) => number} upper
 * @param {[number, number]} rows
 * @param {(time: number) => number} px
 * @param {(value: number) => number} py
 */
export function area(x, lower, upper, [from, to], px, py) {
  const path = new Path2D();
  let row = from;
  while (row < to) {
    while (row < to && !Number.isFinite(upper(row))) row += 1;
    const begin = row;
    while (row < to && Number.isFinite(upper(row))) row += 1;
    if (row - begin < 2) continue;
    path.moveTo(px(x[begin]), py(upper(begin)));
    for (let i = begin + 1; i < row; i += 1) path.lineTo(px(x[i]), py(upper(i)));
    for (let i = row - 1; i >= begin; i -= 1) path.lineTo(px(x[i]), py(lower(i)));
    path.closePath();
  }
  return path;
}

/** @param {Context} ctx @param {Path2D} path @param {string} colour @param {number} width @param {number[]} [dash] */
export function stroke(ctx, path, colour, width, dash = []) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.lineJoin = "round";
  ctx.setLineDash(dash);
  ctx.stroke(path);
  ctx.setLineDash([]);
}

/** Draw inside some boxes only. @param {Context} ctx @param {Box[]} boxes @param {() => void} draw */
export function inside(ctx, boxes, draw) {
  if (!boxes.length) return;
  ctx.save();
  ctx.beginPath();
  for (const box of boxes) ctx.rect(box.x, box.y, box.w, box.h);
  ctx.clip();
  draw();
  ctx.restore();
}

/**
 * Text cut with an ellipsis to a width.
 * @param {Context} ctx
 * @param {string} text
 * @param {number} width
 */
export function cut(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text;
  const letters = Array.from(text.slice(0, 400));
  while (letters.length > 1 && ctx.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("")}…`;
}
