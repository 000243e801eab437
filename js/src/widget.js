// The chart as an anywidget: coarse rows at once, finer ones from the kernel for the window on screen.
import { addBar, copyText } from "./bar.js";
import { createChart } from "./chart.js";
import { createListeners } from "./listeners.js";
import { knownZone } from "./zone.js";
import { createRequests, panelRows } from "./wire.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./chart.js").Chart} Chart */

const LINKED = "l4e-linked-window";
const SETTLED_MS = 150;

/**
 * A chart that follows its model: asks for detail, tells window and selection, moves with the charts it is linked to.
 * @param {{model: any, el: HTMLElement}} context
 * @param {{tools?: (chart: () => Chart | null) => import("./chart.js").Tools, onMount?: (chart: Chart) => void, onDetail?: () => void}} [options]
 */
export function mountChart({ model, el }, { tools, onMount, onDetail } = {}) {
  el.classList.add("l4e");
  const listeners = createListeners();
  /** @type {Chart | null} */
  let chart = null;
  const view = Math.random().toString(36).slice(2);
  const has = (/** @type {string} */ name) => Boolean(model.get("description")[name]);
  const bar = addBar(el, listeners, {
    chart: () => chart,
    has: (name) => (name === "zone" ? (model.get("description").zone ?? "UTC") !== "UTC" : has(name)),
    askLink: () => chart && model.send({ kind: "link", start: chart.window[0], end: chart.window[1] }),
    zone() {
      if (!chart) return;
      chart.state.zone = chart.state.zone === "UTC" ? knownZone(model.get("description").zone) : "UTC";
      bar.tell();
      chart.redraw();
    },
  });
  const note = el.appendChild(document.createElement("p"));
  note.className = "l4e-2 l4e-note";
  note.setAttribute("role", "status");
  const place = el.appendChild(document.createElement("div"));
  const requests = createRequests((message) => model.send(message), view);
  /** @type {ReturnType<typeof setTimeout>[]} */
  let timers = [];
  let isFollowing = false;

  const wantDetail = (/** @type {Range} */ [start, end]) => {
    const half = (end - start) / 2;
    const pixels = Math.round(Math.min(Math.max(place.clientWidth, 320), 4000) * 2);
    requests.want([start - half, end + half], pixels);
  };
  const keep = (/** @type {string} */ name, /** @type {number[]} */ value) => {
    model.set(name, value);
    model.save_changes();
  };
  const tellOthers = (/** @type {object} */ what) => {
    const group = model.get("group");
    if (!group || isFollowing) return;
    document.dispatchEvent(new CustomEvent(LINKED, { detail: { group, view, ...what } }));
  };
  const onWindow = (/** @type {Range} */ window) => {
    bar.tell();
    timers.forEach(clearTimeout);
    timers = [setTimeout(() => wantDetail(window), 8), setTimeout(() => keep("window", [...window]), SETTLED_MS)];
    tellOthers({ window });
  };
  const mount = () => {
    const mode = chart?.root.dataset.mode;
    chart?.destroy();
    const { parts, ...description } = model.get("description");
    const rows = panelRows(parts, model.get("data"));
    for (const panel of description.panels) panel.rows = rows.get(panel.id) ?? { x: [], y: [] };
    const [start, end] = model.get("window") ?? [];
    if (end > start) description.window = [start, end];
    const [first, last] = model.get("selection") ?? [];
    if (last > first) description.selection = [first, last];
    chart = createChart(place, description, {
      onWindow,
      onCursor: (cursor) => tellOthers({ cursor }),
      onSelection(range) {
        bar.tell();
        keep("selection", range ? [...range] : []);
      },
      label: model.get("title"),
      tools: tools?.(() => chart),
    });
    if (mode) chart.root.dataset.mode = mode;
    onMount?.(chart);
    bar.tell();
    if (description.window) wantDetail(chart.window);
  };
  const onMessage = (/** @type {any} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.kind === "link") copyText(new URL(message.text, location.href).href, note);
    if (message.kind === "refused" && requests.accept(message)) note.textContent = message.sentence;
    if (message.kind !== "detail" || !requests.accept(message) || !chart) return;
    note.textContent = "";
    const rows = panelRows(message.parts, buffers[0]);
    for (const panel of chart.state.panels) {
      const finer = rows.get(panel.id);
      if (finer) panel.detail = { range: [message.start, message.end], rows: finer };
    }
    const isEveryRow = message.parts.every((/** @type {import("./wire.js").Part} */ part) => part.raw);
    chart.root.dataset.rows = isEveryRow ? "every" : "";
    bar.tell(isEveryRow);
    chart.redraw();
    onDetail?.();
  };
  const onFocus = () => {
    const window = model.get("window");
    if (window?.length === 2) chart?.setWindow([window[0], window[1]]);
  };
  const onSelection = () => {
    const [start, end] = model.get("selection") ?? [];
    chart?.select(end > start ? [start, end] : null, false);
    bar.tell();
  };
  listeners.on(document, LINKED, ({ detail }) => {
    if (detail.view === view || detail.group !== model.get("group") || !chart) return;
    isFollowing = true;
    if (detail.window) chart.setWindow(detail.window);
    if ("cursor" in detail) chart.setCursor(detail.cursor);
    isFollowing = false;
  });
  mount();
  /** @type {[string, (...args: any[]) => void][]} */
  const heard = [
    ["change:description", mount],
    ["change:window", onFocus],
    ["change:selection", onSelection],
    ["msg:custom", onMessage],
  ];
  for (const [name, act] of heard) model.on(name, act);
  listeners.add(() => {
    timers.forEach(clearTimeout);
    for (const [name, act] of heard) model.off(name, act);
    chart?.destroy();
    el.replaceChildren();
  });
  return { listeners, bar: /** @type {HTMLElement} */ (el.firstChild), note, view, chart: () => chart };
}

/** @param {{model: any, el: HTMLElement}} context */
function render(context) {
  const { listeners } = mountChart(context);
  return () => listeners.dispose();
}

export default { render };
