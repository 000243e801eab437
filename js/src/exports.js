// The window as a picture and as a table.
import { rowsFor, shownPanels } from "./model.js";
import { lowerBound } from "./range.js";

/** @param {string} text */
const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * Table of the window: a row for each moment, a column for each line of the shown panels.
 * @param {import("./model.js").State} state
 */
export function windowCsv(state) {
  const head = ["timestamp"];
  /** @type {Map<number, string[]>} */
  const table = new Map();
  for (const panel of shownPanels(state)) {
    const rows = rowsFor(panel, state.window);
    const unit = panel.unit ? ` [${panel.unit}]` : "";
    /** @type {[string, ArrayLike<number> | undefined][]} */
    const lines = rows.parts
      ? rows.parts.map((part, i) => [`share of ${panel.parts?.[i] ?? i}`, part])
      : rows.lines
        ? rows.lines.map((line, i) => [`${panel.parts?.[i] ?? i}${unit}`, line])
        : [
            [`${panel.name}${unit}`, rows.y],
            [`${panel.name} expected${unit}`, rows.expected],
          ];
    const [from, to] = [lowerBound(rows.x, state.window[0]), lowerBound(rows.x, state.window[1])];
    for (const [name, column] of lines) {
      if (!column) continue;
      head.push(name);
      for (let row = from; row < to; row += 1) {
        if (!Number.isFinite(column[row])) continue;
        const cells = table.get(rows.x[row]) ?? [];
        cells[head.length - 1] = String(Number(column[row].toPrecision(7)));
        table.set(rows.x[row], cells);
      }
    }
  }
  const lines = [...table.keys()]
    .sort((a, b) => a - b)
    .map((time) => {
      const cells = table.get(time) ?? [];
      cells[0] = new Date(time).toISOString();
      return Array.from(head, (_, i) => cells[i] ?? "").join(",");
    });
  return `${[head.map(cell).join(","), ...lines].join("\r\n")}\r\n`;
}

/**
 * Hand a file to the person at the browser.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = document.createElement("a");
  const url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
