// Columns as they travel: one binary buffer in a notebook, base64 texts in the report file.

/**
 * @typedef {object} PackedTimes
 * @property {number} start milliseconds
 * @property {number} unit milliseconds
 * @property {number} n
 * @property {number} [step] distance of all rows in units, where it is the same
 * @property {1 | 2 | 4} [bytes] bytes of each distance
 * @property {string} [data] distances in units, base64
 */

/**
 * @typedef {object} PackedColumn
 * @property {"u1" | "u2" | "f4"} type unsigned steps between low and high, whose largest value is a gap, or float32
 * @property {number} [low]
 * @property {number} [high]
 * @property {string} data base64, little-endian
 */

/** @param {string} text */
export function bytesOf(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

/** @param {PackedTimes} packed */
export function unpackTimes(packed) {
  const times = new Float64Array(packed.n);
  if (!packed.n) return times;
  times[0] = packed.start;
  if (packed.step !== undefined) {
    for (let i = 1; i < packed.n; i += 1) times[i] = packed.start + i * packed.step * packed.unit;
    return times;
  }
  const bytes = bytesOf(packed.data ?? "");
  const width = packed.bytes ?? 4;
  const view = new DataView(bytes.buffer);
  for (let i = 1; i < packed.n; i += 1) {
    const place = (i - 1) * width;
    const steps =
      width === 1 ? view.getUint8(place) : width === 2 ? view.getUint16(place, true) : view.getUint32(place, true);
    times[i] = times[i - 1] + steps * packed.unit;
  }
  return times;
}

/** @param {PackedColumn} packed */
export function unpackColumn(packed) {
  const bytes = bytesOf(packed.data);
  if (packed.type === "f4") return new Float32Array(bytes.buffer);
  const steps = packed.type === "u1" ? bytes : new Uint16Array(bytes.buffer);
  const gap = packed.type === "u1" ? 255 : 65535;
  const low = packed.low ?? 0;
  const scale = ((packed.high ?? 1) - low) / (gap - 1);
  const values = packed.type === "u1" ? new Float32Array(steps.length) : new Float64Array(steps.length);
  for (let i = 0; i < steps.length; i += 1) values[i] = steps[i] === gap ? NaN : low + steps[i] * scale;
  return values;
}

/**
 * Times and columns of one buffer: float64 milliseconds, then one float32 column after the other.
 * @param {DataView | ArrayBuffer} buffer may begin at any byte
 * @param {number} rows
 * @param {number} columns
 * @param {number} [offset] bytes before it
 * @returns {{x: Float64Array, columns: Float32Array[], bytes: number}}
 */
export function unpackBuffer(buffer, rows, columns, offset = 0) {
  const whole = buffer instanceof ArrayBuffer ? buffer : buffer.buffer;
  const begin = (buffer instanceof ArrayBuffer ? 0 : buffer.byteOffset) + offset;
  const x = new Float64Array(whole.slice(begin, begin + rows * 8));
  const found = [];
  for (let i = 0; i < columns; i += 1) {
    const at = begin + rows * 8 + i * rows * 4;
    found.push(new Float32Array(whole.slice(at, at + rows * 4)));
  }
  return { x, columns: found, bytes: rows * (8 + 4 * columns) };
}
