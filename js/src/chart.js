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
import { readTheme } from "./theme.js";
import { windowText } from "./timeaxis.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./model.js").Description} Description */
/** @typedef {{onWindow?: (window: Range) => void, label?: string}} Options */

/**
 * Draw a chart into an element until `destroy` is called.
 * @param {HTMLElement} element
 * @param {Description} description
 * @param {Options} [options]
 */
export function createChart(element, description, { onWindow, label = "Time-series chart" } = {}) {
  const state = createState(description);
  const listeners = createListeners();
  const root = document.createElement("div");
  root.className = "l4e-tsc";
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", `${label}. Arrows move, plus and minus zoom, 0 shows everything.`);
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
    if (ctx) drawPointer({ ctx, state, theme, scale: timeScale(state.window, layout.plot) }, layout);
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

  addInteraction(root, listeners, {
    window: () => state.window,
    whole: () => state.whole,
    layout: () => layout,
    setWindow,
    setCursor: (time) => {
      if (time === state.cursor) return;
      state.cursor = time;
      redraw(false);
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
    state,
    setWindow,
    redraw,
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
