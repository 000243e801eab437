// Range and ticks of a panel's value axis, and numbers as the pages write them.

const THIN = "\u2009";
const MINUS = "\u2212";
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Number with thin spaces in thousands and a true minus; a missing one is an en dash.
 * @param {number | null | undefined} value
 * @param {number} [decimals]
 */
export function numberText(value, decimals) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  if (size !== 0 && (size >= 1e8 || (size < 1e-5 && decimals === undefined))) return sign + powerText(size);
  const digits = decimals ?? defaultDecimals(size);
  const [whole, rest] = size.toFixed(Math.min(Math.max(digits, 0), 12)).split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
  const text = rest ? `${grouped}.${rest}` : grouped;
  return /[1-9]/.test(text) ? sign + text : text;
}

/** @param {number} size */
function powerText(size) {
  const [mantissa, exponent] = size.toExponential(1).split("e");
  const power = Number(exponent);
  const digits = [...String(Math.abs(power))].map((digit) => SUPERSCRIPT[Number(digit)]).join("");
  return `${mantissa.replace(/\.0$/, "")}·10${power < 0 ? "⁻" : ""}${digits}`;
}

/** @param {number} size */
function defaultDecimals(size) {
  if (size === 0 || size >= 1000) return 0;
  return Math.max(0, 2 - Math.floor(Math.log10(size)));
}

/**
 * Number and unit with a space between them.
 * @param {number} value
 * @param {string} unit
 * @param {number} [decimals]
 */
export function quantityText(value, unit, decimals) {
  const text = numberText(value, decimals);
  return unit && text !== "–" ? `${text}\u202f${unit}` : text;
}

/**
 * Values between which the middle 99 % of the finite ones lie.
 * @param {ArrayLike<number>[]} columns
 * @param {number} from first row
 * @param {number} to row after the last
 * @param {(row: number) => boolean} [skip]
 * @returns {[number, number] | null}
 */
export function innerRange(columns, from, to, skip) {
  const stride = Math.max(1, Math.floor((to - from) / 5000));
  const found = [];
  for (const column of columns) {
    for (let row = from; row < to; row += stride) {
      const value = column[row];
      if (Number.isFinite(value) && !(skip && skip(row))) found.push(value);
    }
  }
  if (!found.length) return null;
  found.sort((a, b) => a - b);
  const last = found.length - 1;
  return [found[Math.floor(last * 0.005)], found[Math.ceil(last * 0.995)]];
}

/**
 * @typedef {object} ValueAxis
 * @property {number} low
 * @property {number} high
 * @property {number[]} ticks three, evenly spaced, the first at `low` and the last at `high`
 * @property {number} decimals
 */

/**
 * Three ticks around a range, with a tenth of it to spare, rounded to the tick.
 * @param {[number, number] | null} range
 * @returns {ValueAxis}
 */
export function valueAxis(range) {
  let [low, high] = range ?? [0, 1];
  if (!(high - low > Math.abs(high) * 1e-12)) {
    const room = Math.abs(high) * 0.05 || 1;
    [low, high] = [low - room, high + room];
  }
  const spare = (high - low) * 0.05;
  const isFromZero = low > -0.4 * spare && low < spare;
  const [bottom, top] = [isFromZero ? 0 : low - spare, high + spare];
  return (
    bestTicks(bottom, top, [high - 0.1 * spare, high + 0.4 * spare]) ?? {
      low: bottom,
      high: top,
      ticks: [bottom, (bottom + top) / 2, top],
      decimals: 2,
    }
  );
}

/**
 * Axis over exactly the range a reader chose, with round ticks inside it.
 * @param {[number, number]} range
 * @returns {ValueAxis}
 */
export function fixedAxis([low, high]) {
  const power = 10 ** Math.floor(Math.log10((high - low) / 2));
  const step = power * ([5, 2.5, 2, 1].find((factor) => (high - low) / (factor * power) >= 2) ?? 1);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  const exponent = Math.floor(Math.log10(step));
  return { low, high, ticks, decimals: Math.max(...ticks.map((tick) => decimalsOf(tick, exponent)), 0) };
}

/** Steps of which a part is as round as they are, and which part: ticks may begin at multiples of it. */
const FINER = new Map([
  [1.5, 3],
  [2, 2],
  [3, 3],
  [4, 2],
  [6, 3],
  [7.5, 3],
]);

/**
 * The three round ticks around a range that waste least of the panel.
 * @param {number} bottom
 * @param {number} top
 * @param {[number, number]} enough where the highest tick may lie although it is below `top`
 * @returns {ValueAxis | null}
 */
function bestTicks(bottom, top, enough) {
  const rough = (top - bottom) / 2;
  const power = Math.floor(Math.log10(rough));
  let best = null;
  let least = Infinity;
  for (const exponent of [power, power + 1]) {
    for (const factor of [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5]) {
      const step = factor * 10 ** exponent;
      for (const grid of [step, step / (FINER.get(factor) ?? 1)]) {
        const price = grid === step ? 1 : 1.15;
        const first = Math.floor(bottom / grid + 1e-9) * grid;
        const cost = step * price;
        const last = first + 2 * step;
        const isHigh = last >= top - step * 1e-9 || (last >= enough[0] && last <= enough[1]);
        if (!isHigh || cost >= least) continue;
        least = cost;
        const ticks = [first, first + step, first + 2 * step].map((value) => Number(value.toPrecision(12)));
        const fine = Math.max(...ticks.map((tick) => decimalsOf(tick, exponent)));
        best = { low: ticks[0], high: ticks[2], ticks, decimals: fine };
      }
    }
  }
  return best;
}

/**
 * Digits after the point a tick needs.
 * @param {number} tick
 * @param {number} exponent
 */
function decimalsOf(tick, exponent) {
  for (let digits = Math.max(0, -exponent - 1); digits < 12; digits += 1) {
    if (Math.abs(tick - Number(tick.toFixed(digits))) < 10 ** (exponent - 4)) return digits;
  }
  return 12;
}
