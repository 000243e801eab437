// The report file: the data packed inside it becomes the chart, and a click on an event shows that event.
import { createChart } from "./chart.js";
import { splice } from "./model.js";
import { unpackColumn, unpackTimes } from "./pack.js";

/** @typedef {import("./model.js").Rows} Rows */
/** @typedef {import("./model.js").Panel} Panel */
/** @typedef {import("./pack.js").PackedTimes} PackedTimes */
/** @typedef {import("./pack.js").PackedColumn} PackedColumn */
/** @typedef {Record<string, {y?: PackedColumn, expected?: PackedColumn, parts?: PackedColumn[]}>} Columns */

/**
 * @typedef {object} Report
 * @property {string} zone
 * @property {[number, number]} range
 * @property {string} caption
 * @property {(Omit<Panel, "rows">)[]} panels
 * @property {{times: PackedTimes, columns: Columns}[]} coarse each panel stands in one of them
 * @property {{range: [number, number], times: PackedTimes, columns: Columns}[]} fine ordered
 * @property {{start: number, end: number, severity: "warning" | "critical", window: [number, number], shown: string[]}[]} events
 * @property {import("./model.js").Band[]} bands
 * @property {import("./model.js").Label[]} labels
 * @property {string[]} shown
 */

/** @param {{times: PackedTimes, columns: Columns}} block @param {string} id @returns {Rows | null} */
function rowsOf({ times, columns }, id) {
  const column = columns[id];
  if (!column) return null;
  return {
    x: unpackTimes(times),
    y: column.y && unpackColumn(column.y),
    expected: column.expected && unpackColumn(column.expected),
    parts: column.parts?.map(unpackColumn),
  };
}

/** @param {Report} report @returns {Panel[]} */
export function reportPanels(report) {
  return report.panels.map((panel) => {
    const coarse = report.coarse.map((block) => rowsOf(block, panel.id)).find(Boolean) ?? { x: [], y: [] };
    const fine = report.fine.flatMap((block) => {
      const rows = rowsOf(block, panel.id);
      return rows ? [{ range: block.range, rows }] : [];
    });
    return { ...panel, rows: splice(coarse, fine) };
  });
}

/**
 * Panels with another sensor put first among the sensors, as many as before.
 * @param {string[]} shown
 * @param {string} id
 */
export function withSensor(shown, id) {
  const heads = shown.filter((one) => !/^s\d/.test(one));
  const sensors = shown.filter((one) => /^s\d/.test(one));
  return [...heads, id, ...sensors.filter((one) => one !== id)].slice(0, heads.length + Math.max(sensors.length, 1));
}

function start() {
  const source = document.getElementById("l4e-data");
  const place = document.getElementById("l4e-chart");
  if (!source || !place) return;
  /** @type {Report} */
  const report = JSON.parse(source.textContent ?? "");
  place.replaceChildren();
  const chart = createChart(
    place,
    { ...report, panels: reportPanels(report) },
    { label: "Score and sensors over time" },
  );
  const sayings = [...document.querySelectorAll("[data-saying]")];
  const anchors = [...document.querySelectorAll("[data-view]")];
  const rows = [...document.querySelectorAll("tr[data-event]")];

  const look = () => {
    const event = /^#event-(\d+)$/.exec(location.hash);
    const sensor = /^#sensor-(\d+)$/.exec(location.hash);
    const chosen = event ? Number(event[1]) - 1 : -1;
    const found = report.events[chosen];
    const name = found ? String(chosen + 1) : "all";
    for (const saying of sayings) saying.toggleAttribute("hidden", saying.getAttribute("data-saying") !== name);
    for (const anchor of anchors) {
      if (anchor.getAttribute("data-view") === name) anchor.setAttribute("aria-current", "true");
      else anchor.removeAttribute("aria-current");
    }
    for (const row of rows) row.classList.toggle("on", row.getAttribute("data-event") === name);
    if (sensor) chart.show(withSensor(report.shown, `s${sensor[1]}`), null);
    else chart.show(found ? found.shown : report.shown, found ? chosen : null);
    chart.setWindow(found ? found.window : report.range);
    if (event || sensor || location.hash === "#top") window.scrollTo({ top: 0 });
  };
  for (const row of rows) {
    row.addEventListener("click", () => (location.hash = `#event-${row.getAttribute("data-event")}`));
  }
  window.addEventListener("hashchange", look);
  window.addEventListener("beforeprint", () => chart.print(680));
  window.addEventListener("afterprint", () => chart.print());
  const print = document.getElementById("l4e-print");
  print?.removeAttribute("hidden");
  print?.addEventListener("click", () => window.print());
  look();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
