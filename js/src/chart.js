// The chart: one canvas for what stands, one above it for what follows the pointer.
import { drawBands, drawRibbon } from "./events.js";
import { save, windowCsv } from "./exports.js";
import { drawOverview, drawPointer, drawTimeAxis } from "./frame.js";
import { addInteraction } from "./interaction.js";
import { layOut } from "./layout.js";
import { createListeners } from "./listeners.js";
import { createState, rowsFor, shownPanels } from "./model.js";
import { drawPanel } from "./panels.js";
import { clampWindow } from "./range.js";
import { timeScale } from "./scale.js";
import { drawSelection, edgeAt, rangeGesture, selectionKey } from "./selection.js";
import { readTheme } from "./theme.js";
import { windowText } from "./timeaxis.js";
import { ticksAt, valueGesture, zoomPanel } from "./value-zoom.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./model.js").Description} Description */
/**
 * What another module adds to a chart: each is asked before the chart's own.
 * @typedef {object} Tools
 * @property {(at: import("./interaction.js").Point, event: PointerEvent) => import("./interaction.js").Gesture | null} press
 * @property {(at: import("./interaction.js").Point) => string} hover
 * @property {(event: KeyboardEvent) => boolean} key
 * @property {(scene: import("./panels.js").Scene, layout: import("./layout.js").Layout) => void} draw
 */
/**
 * @typedef {object} Options
 * @property {(window: Range) => void} [onWindow]
 * @property {(time: number | null) => void} [onCursor]
 * @property {(range: Range | null) => void} [onSelection] called when a selection is finished or taken away
 * @property {string} [label]
 * @property {Tools} [tools]
 */

const KEYS = "Arrows move, plus and minus zoom, 0 shows everything, shift and arrows select, brackets move the edges.";

/**
 * Draw a chart into an element until `destroy` is called.
 * @param {HTMLElement} element
 * @param {Description} description
 * @param {Options} [options]
 */
export function createChart(element, description, options = {}) {
  const { onWindow, onCursor, onSelection, tools, label = "Time-series chart" } = options;
  const state = createState(description);
  const listeners = createListeners();
  const root = document.createElement("div");
  root.className = "l4e-tsc";
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", `${label}. ${tools ? "A question mark lists the keys." : KEYS}`);
  const [base, top] = [0, 1].map(() => root.appendChild(document.createElement("canvas")));
  top.className = "top";
  const said = root.appendChild(document.createElement("p"));
  said.className = "l4e-sr";
  said.setAttribute("aria-live", "polite");
  element.append(root);

  let theme = readTheme(root);
  let attached = root.isConnected;
  let width = Math.max(root.clientWidth, 320);
  let ratio = window.devicePixelRatio || 1;
  let layout = layOut(state, width);
  let [frame, stale] = [0, true];

  /** @param {HTMLCanvasElement} canvas */
  const context = (canvas) => {
    const [w, h] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    canvas.style.width = `${layout.width}px`;
    canvas.style.height = `${layout.height}px`;
    const ctx = canvas.getContext("2d");
    ctx?.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx?.clearRect(0, 0, layout.width, layout.height);
    return ctx;
  };
  const drawBase = () => {
    layout = layOut(state, width);
    const ctx = context(base);
    if (!ctx) return;
    const scene = { ctx, state, theme, scale: timeScale(state.window, layout.plot) };
    drawBands(ctx, state, layout, scene.scale, theme);
    drawRibbon(ctx, state, layout, scene.scale, theme);
    shownPanels(state).forEach((panel, i) => drawPanel(scene, panel, layout.panels[i]));
    drawTimeAxis(scene, layout);
    const isFine = shownPanels(state).every((panel) => rowsFor(panel, state.window) !== panel.rows);
    root.dataset.detail = isFine ? "fine" : "coarse";
    drawOverview(scene, layout);
  };
  const draw = () => {
    frame = 0;
    if (stale) drawBase();
    stale = false;
    const ctx = context(top);
    if (!ctx) return;
    const scene = { ctx, state, theme, scale: timeScale(state.window, layout.plot) };
    drawSelection(scene, layout);
    tools?.draw(scene, layout);
    drawPointer(scene, layout);
  };
  const redraw = (all = true) => {
    stale ||= all;
    frame ||= requestAnimationFrame(draw);
  };
  /** @param {Range} next */
  const setWindow = (next) => {
    const clamped = clampWindow(next, state.whole);
    if (clamped[0] === state.window[0] && clamped[1] === state.window[1]) return false;
    state.window = clamped;
    said.textContent = windowText(clamped, state.zone);
    root.dataset.window = clamped.join(" ");
    redraw();
    onWindow?.(clamped);
    return true;
  };
  const resize = () => {
    // A widget may be drawn before it stands on the page, where the tokens have no values yet.
    if (!attached && root.isConnected) {
      attached = true;
      follow();
    }
    const next = Math.max(root.clientWidth, 320);
    const dense = window.devicePixelRatio || 1;
    if (next === width && dense === ratio) return;
    [width, ratio] = [next, dense];
    redraw();
  };
  const follow = () => {
    theme = readTheme(root);
    redraw();
  };

  /** @param {number | null} time */
  const setCursor = (time) => {
    if (time === state.cursor) return;
    state.cursor = time;
    redraw(false);
    onCursor?.(time);
  };
  /** @param {Range | null} range @param {boolean} [isDone] */
  const select = (range, isDone = true) => {
    state.selection = range;
    root.dataset.selection = range ? range.join(" ") : "";
    redraw(false);
    if (isDone) onSelection?.(range);
  };
  /** @type {import("./interaction.js").Controls["press"]} */
  const press = (at, event) => {
    const own = tools?.press(at, event);
    if (own) return own;
    const values = valueGesture(state, layout, at, redraw);
    if (values) return values;
    const edge = edgeAt(at, state.selection, state, layout);
    const inPlot =
      at.x >= layout.plot.x && at.x <= layout.plot.x + layout.plot.w && at.y <= layout.plot.y + layout.plot.h;
    if (!edge && !(inPlot && (event.shiftKey || root.dataset.mode === "select"))) return null;
    const before = state.selection;
    const fixed = edge && before ? before[edge === "start" ? 1 : 0] : timeScale(state.window, layout.plot).time(at.x);
    return rangeGesture(fixed, { state, layout: () => layout, set: (r) => select(r, false), done: select, before });
  };
  const key = (/** @type {KeyboardEvent} */ event) => {
    if (tools?.key(event)) return true;
    const range = selectionKey(event, state);
    if (range === undefined) return false;
    select(range);
    return true;
  };

  addInteraction(root, listeners, {
    window: () => state.window,
    whole: () => state.whole,
    layout: () => layout,
    setWindow,
    setCursor,
    press,
    key,
    hover: (at) =>
      tools?.hover(at) ||
      (edgeAt(at, state.selection, state, layout) ? "ew-resize" : "") ||
      (ticksAt(state, layout, at) ? "ns-resize" : ""),
    zoomValues(at, factor) {
      const found = ticksAt(state, layout, at);
      if (!found) return false;
      const up = 1 - (at.y - found.box.y) / found.box.h;
      zoomPanel(state, found.panel.id, factor, state.inverted.has(found.panel.id) ? 1 - up : up);
      redraw();
      return true;
    },
    resetValues(at) {
      const found = ticksAt(state, layout, at);
      if (found && state.ranges.delete(found.panel.id)) redraw();
      return Boolean(found);
    },
  });
  listeners.add(watch(root, resize, follow));
  listeners.add(() => cancelAnimationFrame(frame));
  root.dataset.window = state.window.join(" ");
  draw();

  return {
    root,
    get window() {
      return state.window;
    },
    get layout() {
      return layout;
    },
    state,
    setWindow,
    setCursor,
    select,
    redraw,
    /** Say something to who cannot see the chart. @param {string} words */
    say(words) {
      said.textContent = words;
    },
    /** @param {string[]} ids @param {number | null} [chosen] event whose sensors they are */
    show(ids, chosen = null) {
      [state.shown, state.chosen] = [ids, chosen];
      redraw();
    },
    /** Width and pixel density for paper; without a width back to the screen's. @param {number} [paper] */
    print(paper) {
      [width, ratio] = paper ? [paper, 3] : [Math.max(root.clientWidth, 320), window.devicePixelRatio || 1];
      stale = true;
      draw();
    },
    csv: () => windowCsv(state),
    /** @param {string} name */
    saveCsv: (name) => save(new Blob([windowCsv(state)], { type: "text/csv" }), name),
    /** @param {string} name */
    savePng(name) {
      const sheet = document.createElement("canvas");
      [sheet.width, sheet.height] = [base.width, base.height];
      const ctx = sheet.getContext("2d");
      if (!ctx) return;
      ctx.fillStyle = theme.background;
      ctx.fillRect(0, 0, sheet.width, sheet.height);
      for (const canvas of [base, top]) ctx.drawImage(canvas, 0, 0);
      sheet.toBlob((blob) => blob && save(blob, name), "image/png");
    },
    destroy() {
      listeners.dispose();
      root.remove();
    },
  };
}

/** @typedef {ReturnType<typeof createChart>} Chart */

/**
 * Follow the size of the chart and the theme of the page; returns what stops both.
 * @param {HTMLElement} root
 * @param {() => void} onSize
 * @param {() => void} onTheme
 */
function watch(root, onSize, onTheme) {
  const size = new ResizeObserver(onSize);
  size.observe(root);
  const theme = new MutationObserver(onTheme);
  const attributeFilter = ["data-jp-theme-light", "data-jp-theme-name", "data-l4e-theme"];
  theme.observe(document.body, { attributes: true, attributeFilter });
  const view = root.closest(".l4e");
  if (view && view !== document.body) theme.observe(view, { attributes: true, attributeFilter });
  return () => {
    size.disconnect();
    theme.disconnect();
  };
}
