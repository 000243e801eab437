// How rows reach a chart in a notebook: one buffer, part after part, and one question at a time.
import { unpackBuffer } from "./pack.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./model.js").Rows} Rows */
/** @typedef {{id: string, columns: string[]}} PartPanel */
/** @typedef {{rows: number, raw?: boolean, panels: PartPanel[]}} Part */

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
        else if (role === "line") one.lines = [...(one.lines ?? []), column];
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
