// Labels as the kernel knows them with what was done here since: an edit is drawn at once and sent after.

/**
 * @typedef {object} Label
 * @property {number} key negative until the kernel has given it one
 * @property {number} start milliseconds
 * @property {number} end
 * @property {string} [startText]
 * @property {string} [endText]
 * @property {string} [lasts]
 * @property {string} rating
 * @property {string} [code]
 * @property {string} [notes]
 * @property {string} [equipment]
 */

/** @typedef {Record<string, unknown> & {act: string}} Edit */

/**
 * What an edit does to the labels, as far as it can be told before the kernel answers.
 * @param {Label[]} labels
 * @param {any} edit
 * @param {number} seq
 * @returns {Label[]}
 */
export function edited(labels, edit, seq) {
  const keys = new Set(edit.keys ?? [edit.key]);
  if (edit.act === "add") return [...labels, { key: -seq, start: edit.start, end: edit.end, rating: "ANOMALY" }];
  if (edit.act === "clear") return [];
  if (edit.act === "delete") return labels.filter((label) => !keys.has(label.key));
  return labels.map((label) => {
    if (!keys.has(label.key)) return label;
    if (edit.act === "resize") return { ...label, start: edit.start, end: edit.end };
    if (edit.act === "move") return { ...label, start: label.start + edit.by, end: label.end + edit.by };
    if (edit.act === "rate") return { ...label, rating: edit.rating };
    return label;
  });
}

/**
 * @param {(message: object, buffers?: ArrayBuffer[]) => void} send
 * @param {string} view
 */
export function createLabelState(send, view) {
  /** @type {Label[]} */
  let known = [];
  /** @type {number[]} */
  let selected = [];
  /** @type {{seq: number, edit: Edit}[]} */
  let pending = [];
  let seq = 0;
  return {
    /** Take what the kernel says; edits that it has not seen yet stay on top. @param {any} told */
    take(told) {
      known = told.labels;
      const seen = told.acks?.[view] ?? 0;
      pending = pending.filter((one) => one.seq > seen);
      if (!pending.some(({ edit }) => edit.act === "select" || edit.act === "add")) selected = told.selected;
    },
    /** @returns {Label[]} */
    labels: () => pending.reduce((labels, one) => edited(labels, one.edit, one.seq), known),
    selected: () => selected,
    /** @param {Edit} edit @param {ArrayBuffer[]} [buffers] */
    do(edit, buffers) {
      seq += 1;
      if (edit.act === "add") selected = [-seq];
      if (edit.act === "select") selected = /** @type {number[]} */ (edit.keys);
      pending.push({ seq, edit });
      send({ kind: "edit", view, seq, ...edit }, buffers);
    },
  };
}

/** @typedef {ReturnType<typeof createLabelState>} LabelState */

/**
 * Next or previous stretch to look at from a moment; labels and events alike.
 * @param {{start: number, end: number}[]} stretches
 * @param {number} from
 * @param {1 | -1} way
 */
export function neighbour(stretches, from, way) {
  const order = [...stretches].sort((a, b) => a.start - b.start);
  return way > 0 ? order.find((one) => one.start > from + 0.5) : order.reverse().find((one) => one.start < from - 0.5);
}

/**
 * Moment of the nearest row where rows are far enough apart on the screen to tell; else the moment itself.
 * @param {ArrayLike<number>} x
 * @param {number} time
 * @param {number} perMs pixels
 */
export function snapped(x, time, perMs) {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < time) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [x[low - 1] ?? -Infinity, x[low] ?? Infinity];
  if (!((after - before) * perMs > 2) || after - before === Infinity) return time;
  return time - before <= after - time ? before : after;
}
