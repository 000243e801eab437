// What stands above a chart: the window in words, the panels to choose from, and what can be taken away.
import { shownPanels } from "./model.js";
import { windowText } from "./timeaxis.js";
import { zoomPanel } from "./value-zoom.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./listeners.js").Listeners} Listeners */

/**
 * @param {HTMLElement} parent
 * @param {Listeners} listeners
 * @param {string} text
 * @param {() => void} act
 * @param {string} [kind]
 */
export function addButton(parent, listeners, text, act, kind = "quiet small") {
  const made = parent.appendChild(document.createElement("button"));
  made.className = `l4e-btn ${kind}`;
  made.type = "button";
  made.textContent = text;
  listeners.on(made, "click", act);
  return made;
}

/**
 * Show, hide and turn over panels, and zoom their values, without a mouse too.
 * @param {HTMLElement} parent
 * @param {Listeners} listeners
 * @param {() => Chart | null} chart
 */
export function addPanelMenu(parent, listeners, chart) {
  const menu = parent.appendChild(document.createElement("details"));
  menu.className = "l4e-menu";
  const title = menu.appendChild(document.createElement("summary"));
  title.className = "l4e-btn quiet small";
  const list = menu.appendChild(document.createElement("div"));
  list.className = "l4e-menu-list";
  const tell = () => {
    const state = chart()?.state;
    if (!state) return;
    title.textContent = `Panels: ${shownPanels(state).length} of ${state.shown.length}`;
  };
  const draw = () => {
    tell();
    const state = chart()?.state;
    list.replaceChildren();
    if (!state) return;
    for (const id of state.shown) {
      const panel = state.panels.find((one) => one.id === id);
      if (!panel) continue;
      const row = list.appendChild(document.createElement("div"));
      row.className = "l4e-menu-row";
      const label = row.appendChild(document.createElement("label"));
      const box = label.appendChild(document.createElement("input"));
      box.type = "checkbox";
      box.checked = !state.hidden.has(id);
      label.append(panel.name);
      label.title = panel.name;
      box.onchange = () => {
        if (box.checked) state.hidden.delete(id);
        else if (shownPanels(state).length > 1) state.hidden.add(id);
        box.checked = !state.hidden.has(id);
        tell();
        chart()?.redraw();
      };
      if (panel.kind !== "sensor") continue;
      /** @type {[string, string, () => void][]} */
      const acts = [
        ["+", "Zoom the values in", () => zoomPanel(state, id, 0.5)],
        ["\u2212", "Zoom the values out", () => zoomPanel(state, id, 2)],
        ["Reset", "Choose the range of the values again", () => state.ranges.delete(id)],
        [
          "Invert",
          "Turn the values upside down",
          () => (state.inverted.has(id) ? state.inverted.delete(id) : state.inverted.add(id)),
        ],
      ];
      for (const [text, words, act] of acts) {
        const button = row.appendChild(document.createElement("button"));
        button.className = "l4e-btn quiet small";
        button.type = "button";
        button.textContent = text;
        button.title = words;
        button.setAttribute("aria-label", `${words}: ${panel.name}`);
        button.onclick = () => {
          act();
          chart()?.redraw();
        };
      }
    }
  };
  listeners.on(menu, "toggle", draw);
  listeners.on(menu, "keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    title.focus();
  });
  listeners.on(document, "pointerdown", (/** @type {Event} */ event) => {
    if (menu.open && !menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
  return { tell };
}

/**
 * Put a text on the clipboard; where the browser does not allow it, the text is shown to be copied by hand.
 * @param {string} text
 * @param {HTMLElement} note
 */
export async function copyText(text, note) {
  try {
    await navigator.clipboard.writeText(text);
    note.textContent = "The link is on the clipboard.";
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    note.textContent = text;
  }
}

/**
 * @param {HTMLElement} parent
 * @param {Listeners} listeners
 * @param {{chart: () => Chart | null, has: (name: string) => boolean, askLink: () => void, zone: () => void}} options
 */
export function addBar(parent, listeners, { chart, has, askLink, zone }) {
  const bar = parent.appendChild(document.createElement("div"));
  bar.className = "l4e-tsc-bar";
  const words = bar.appendChild(document.createElement("span"));
  const select = addButton(bar, listeners, "Select range", () => {
    const shown = chart();
    if (!shown) return;
    if (shown.state.selection) shown.select(null);
    else shown.root.dataset.mode = shown.root.dataset.mode === "select" ? "" : "select";
    tell();
  });
  addButton(bar, listeners, "Whole range", () => chart()?.setWindow(chart()?.state.whole ?? [0, 1]));
  const menu = addPanelMenu(bar, listeners, chart);
  const clock = addButton(bar, listeners, "", zone);
  const link = addButton(bar, listeners, "Copy link", askLink);
  addButton(bar, listeners, "PNG", () => chart()?.savePng("chart.png"));
  addButton(bar, listeners, "CSV", () => chart()?.saveCsv("chart.csv"));
  const tell = (isEveryRow = false) => {
    const shown = chart();
    if (!shown) return;
    words.textContent = windowText(shown.window, shown.state.zone) + (isEveryRow ? ", every row" : "");
    const isSelecting = shown.root.dataset.mode === "select";
    select.textContent = shown.state.selection ? "Clear range" : "Select range";
    select.setAttribute("aria-pressed", String(isSelecting));
    select.classList.toggle("on", isSelecting);
    link.hidden = !has("link");
    clock.hidden = !has("zone");
    clock.textContent = shown.state.zone === "UTC" ? "Local times" : "Times in UTC";
    menu.tell();
  };
  return { tell };
}
