// Ribbon, labels and the bands behind the panels.
import { cut, hatch } from "./paint.js";

/** @typedef {import("./layout.js").Box} Box */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./model.js").State} State */
/** @typedef {import("./scale.js").TimeScale} TimeScale */
/** @typedef {import("./theme.js").Theme} Theme */

const NARROW = 5;

/**
 * Part of a box that a stretch of time takes up, or null where it lies outside.
 * @param {{start: number, end: number}} span
 * @param {Box} box
 * @param {TimeScale} scale
 * @returns {Box | null}
 */
export function stretch(span, box, scale) {
  const left = Math.max(scale.px(span.start), box.x);
  const right = Math.min(scale.px(span.end), box.x + box.w);
  return right < box.x || left > box.x + box.w || right < left ? null : { ...box, x: left, w: right - left };
}

/**
 * Event boxes wide enough to be seen as a stretch.
 * @param {State} state
 * @param {Box} box
 * @param {TimeScale} scale
 */
export function wideEvents(state, box, scale) {
  return eventBoxes(
    { ...state, events: state.events.filter((event) => (event.end - event.start) * scale.perMs >= NARROW) },
    box,
    scale,
  );
}

/**
 * Boxes of all events in sight, the narrow ones as wide as their mark.
 * @param {State} state
 * @param {Box} box
 * @param {TimeScale} scale
 */
export function eventBoxes(state, box, scale) {
  const found = [];
  for (const event of state.events) {
    const part = stretch(event, box, scale);
    if (!part) continue;
    const narrow = (event.end - event.start) * scale.perMs < NARROW;
    found.push(narrow ? { ...part, x: mark(part, box, 4), w: 4 } : part);
  }
  return found;
}

/** @param {CanvasRenderingContext2D} ctx @param {State} state @param {Layout} layout @param {TimeScale} scale @param {Theme} theme */
export function drawBands(ctx, state, layout, scale, theme) {
  for (const band of state.bands) {
    const part = stretch(band, layout.plot, scale);
    if (!part || band.kind === "evaluation") continue;
    if (band.kind === "training") {
      ctx.fillStyle = theme.train;
      ctx.globalAlpha = 0.75;
      ctx.fillRect(part.x, part.y, part.w, part.h);
      ctx.globalAlpha = 1;
      word(ctx, "training", part, theme.trainInk, theme, "top");
    } else {
      hatch(ctx, part, { fill: theme.offSoft, stroke: theme.off, spacing: 7, width: 1, lean: -1, alpha: 0.45 });
      word(ctx, "off-time", part, theme.offInk, theme, "bottom");
    }
  }
  for (const part of wideEvents(state, layout.plot, scale)) {
    hatch(ctx, part, { fill: null, stroke: theme.anomaly, spacing: 10, width: 1, lean: 1, alpha: 0.2 });
  }
  drawLabelBands(ctx, state, layout, scale, theme);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {Box} part
 * @param {string} colour
 * @param {Theme} theme
 * @param {"top" | "bottom"} place
 */
function word(ctx, text, part, colour, theme, place) {
  ctx.font = `11px ${theme.font}`;
  if (part.w < ctx.measureText(text).width + 16) return;
  ctx.fillStyle = colour;
  ctx.textAlign = "left";
  ctx.fillText(text, part.x + 8, place === "top" ? part.y + 22 : part.y + part.h - 8);
}

/** @param {CanvasRenderingContext2D} ctx @param {State} state @param {Layout} layout @param {TimeScale} scale @param {Theme} theme */
export function drawRibbon(ctx, state, layout, scale, theme) {
  for (const strip of [layout.ribbon, layout.labels]) {
    if (!strip) continue;
    ctx.fillStyle = theme.inset;
    ctx.globalAlpha = 0.6;
    ctx.fillRect(strip.x, strip.y, strip.w, strip.h);
    ctx.globalAlpha = 1;
  }
  for (const event of state.events) {
    const part = stretch(event, layout.ribbon, scale);
    if (!part) continue;
    if ((event.end - event.start) * scale.perMs < NARROW) {
      ctx.fillStyle = theme.anomaly;
      ctx.fillRect(mark(part, layout.ribbon, 4), part.y, 4, part.h);
    } else {
      hatch(ctx, part, { fill: theme.anomalySoft, stroke: theme.anomaly, spacing: 6, width: 2.2, lean: 1 });
    }
  }
  for (const label of layout.labels ? state.labels : []) {
    const strip = /** @type {Box} */ (layout.labels);
    const part = stretch(label, strip, scale);
    if (!part) continue;
    ctx.fillStyle = theme.label;
    if (part.w < NARROW) {
      ctx.fillRect(mark(part, strip, 4), part.y, 4, part.h);
      continue;
    }
    if (label.rating !== "NO_ANOMALY") {
      ctx.fillStyle = theme.labelSoft;
      ctx.fillRect(part.x, part.y, part.w, part.h);
    }
    ctx.strokeStyle = theme.label;
    ctx.lineWidth = 1;
    ctx.setLineDash(label.rating === "NEUTRAL" ? [3, 2] : []);
    ctx.strokeRect(part.x + 0.5, part.y + 0.5, part.w - 1, part.h - 1);
    ctx.setLineDash([]);
    ctx.font = `11px ${theme.font}`;
    ctx.fillStyle = theme.labelInk;
    ctx.textAlign = "left";
    if (label.code && part.w > 20) ctx.fillText(cut(ctx, label.code, part.w - 8), part.x + 4, part.y + part.h / 2 + 4);
  }
}

/** Labels over the panels, where they are worked on. @param {CanvasRenderingContext2D} ctx @param {State} state @param {Layout} layout @param {TimeScale} scale @param {Theme} theme */
function drawLabelBands(ctx, state, layout, scale, theme) {
  for (const label of state.editing ? state.labels : []) {
    const part = stretch(label, layout.plot, scale);
    if (!part) continue;
    const isHeld = label.key !== undefined && state.held.has(label.key);
    if (label.rating !== "NO_ANOMALY") {
      ctx.fillStyle = theme.labelSoft;
      ctx.fillRect(part.x, part.y, part.w, part.h);
    }
    ctx.strokeStyle = theme.label;
    ctx.lineWidth = isHeld ? 2 : 1;
    ctx.setLineDash(label.rating === "NEUTRAL" ? [4, 3] : []);
    ctx.beginPath();
    for (const time of [label.start, label.end]) {
      const x = Math.round(scale.px(time)) + (isHeld ? 0 : 0.5);
      if (x < part.x - 1 || x > part.x + part.w + 1) continue;
      ctx.moveTo(x, layout.labels?.y ?? part.y);
      ctx.lineTo(x, part.y + part.h);
    }
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

/** Left edge of a mark of fixed width in the middle of a stretch, kept inside. @param {Box} part @param {Box} box @param {number} width */
export const mark = (part, box, width) =>
  Math.min(Math.max(part.x + part.w / 2 - width / 2, box.x), box.x + box.w - width);
