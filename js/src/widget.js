// The chart as an anywidget: coarse rows at once, finer ones from the kernel for the window on screen.
import { createChart } from "./chart.js";
import { createListeners } from "./listeners.js";
import { unpackBuffer } from "./pack.js";
import { windowText } from "./timeaxis.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./model.js").Rows} Rows */
/** @typedef {{id: string, columns: string[]}} PartPanel */
/** @typedef {{rows: number, panels: PartPanel[]}} Part */

/**
 * Rows of each panel from one buffer: part after part, each with its own times.
 * @param {Part[]} parts
 * @param {DataView | ArrayBuffer} buffer
 * @returns {Map<string, Rows>}
 */
export function panelRows(parts, buffer) {
  /** @type {Map<string, Rows>} */
  const found = new Map();
  let offset = 0;
  for (const { rows, panels } of parts) {
    const count = panels.reduce((sum, panel) => sum + panel.columns.length, 0);
    const { x, columns, bytes } = unpackBuffer(buffer, rows, count, offset);
    offset += bytes;
    for (const panel of panels) {
      /** @type {Rows} */
      const one = { x };
      for (const role of panel.columns) {
        const column = /** @type {Float32Array} */ (columns.shift());
        if (role === "y") one.y = column;
        else if (role === "expected") one.expected = column;
        else one.parts = [...(one.parts ?? []), column];
      }
      found.set(panel.id, one);
    }
  }
  return found;
}

/**
 * Ask for the rows of a window, one request at a time; the last window asked for wins.
 * @param {(message: {kind: "window", view: string, request: number, start: number, end: number, pixels: number}) => void} send
 * @param {string} view which drawing of the chart asks: a notebook may show one chart twice
 */
export function createRequests(send, view) {
  let [number, pending] = [0, 0];
  /** @type {[Range, number] | null} */
  let next = null;
  const ask = (/** @type {Range} */ [start, end], /** @type {number} */ pixels) => {
    number += 1;
    pending = number;
    send({ kind: "window", view, request: number, start, end, pixels });
  };
  return {
    /** @param {Range} range @param {number} pixels */
    want(range, pixels) {
      if (pending) next = [range, pixels];
      else ask(range, pixels);
    },
    /**
     * Whether an answer is the one waited for and nothing newer is wanted.
     * @param {{view: string, request: number}} answer
     */
    accept(answer) {
      if (answer.view !== view || answer.request !== pending) return false;
      pending = 0;
      const waiting = next;
      next = null;
      if (waiting) ask(...waiting);
      return !waiting;
    },
  };
}

/**
 * @param {{model: any, el: HTMLElement}} context
 */
function render({ model, el }) {
  el.classList.add("l4e");
  const listeners = createListeners();
  const bar = el.appendChild(document.createElement("div"));
  bar.className = "l4e-tsc-bar";
  const words = bar.appendChild(document.createElement("span"));
  const note = el.appendChild(document.createElement("p"));
  note.className = "l4e-2";
  const place = el.appendChild(document.createElement("div"));
  /** @type {ReturnType<typeof createChart> | null} */
  let chart = null;
  const requests = createRequests((message) => model.send(message), Math.random().toString(36).slice(2));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const button = (/** @type {string} */ text, /** @type {() => void} */ act) => {
    const made = bar.appendChild(document.createElement("button"));
    made.className = "l4e-btn quiet small";
    made.type = "button";
    made.textContent = text;
    listeners.on(made, "click", act);
  };
  button("Whole range", () => chart?.setWindow(chart.state.whole));
  button("PNG", () => chart?.savePng("chart.png"));
  button("CSV", () => chart?.saveCsv("chart.csv"));

  const onWindow = (/** @type {Range} */ window) => {
    words.textContent = windowText(window, chart?.state.zone ?? "UTC");
    clearTimeout(timer);
    timer = setTimeout(() => wantDetail(window), 30);
  };
  const wantDetail = (/** @type {Range} */ [start, end]) => {
    const half = (end - start) / 2;
    const pixels = Math.round(Math.min(Math.max(place.clientWidth, 320), 4000) * 2);
    requests.want([start - half, end + half], pixels);
  };
  const mount = () => {
    chart?.destroy();
    const { parts, ...description } = model.get("description");
    const rows = panelRows(parts, model.get("data"));
    for (const panel of description.panels) panel.rows = rows.get(panel.id) ?? { x: [], y: [] };
    const [start, end] = model.get("window") ?? [];
    if (end > start) description.window = [start, end];
    chart = createChart(place, description, { onWindow, label: model.get("title") });
    words.textContent = windowText(chart.window, chart.state.zone);
    if (description.window) wantDetail(chart.window);
  };
  const onMessage = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.kind === "refused" && requests.accept(message)) note.textContent = message.sentence;
    if (message.kind !== "detail" || !requests.accept(message) || !chart) return;
    note.textContent = "";
    const rows = panelRows(message.parts, buffers[0]);
    for (const panel of chart.state.panels) {
      const finer = rows.get(panel.id);
      if (finer) panel.detail = { range: [message.start, message.end], rows: finer };
    }
    chart.redraw();
  };
  const onFocus = () => {
    const window = model.get("window");
    if (window?.length === 2) chart?.setWindow([window[0], window[1]]);
  };
  mount();
  model.on("change:description", mount);
  model.on("change:window", onFocus);
  model.on("msg:custom", onMessage);
  listeners.add(() => {
    clearTimeout(timer);
    model.off("change:description", mount);
    model.off("change:window", onFocus);
    model.off("msg:custom", onMessage);
    chart?.destroy();
    el.replaceChildren();
  });
  return () => listeners.dispose();
}

export default { render };
