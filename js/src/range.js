// Arithmetic of the visible window: all times are milliseconds since 1970 UTC, all ranges are [start, end).

/** @typedef {[number, number]} Range */

/** Narrowest window that can be looked at, in milliseconds. */
export const NARROWEST_MS = 10;

/**
 * Window moved and shortened so that it lies inside the whole range.
 * @param {Range} window
 * @param {Range} whole
 * @returns {Range}
 */
export function clampWindow([start, end], whole) {
  const length = Math.min(Math.max(end - start, NARROWEST_MS), whole[1] - whole[0]);
  const first = Math.min(Math.max(start, whole[0]), whole[1] - length);
  return [first, first + length];
}

/**
 * Window made longer (factor above 1) or shorter around a moment that stays where it is on the screen.
 * @param {Range} window
 * @param {number} factor
 * @param {number} anchor
 * @param {Range} whole
 * @returns {Range}
 */
export function zoomWindow([start, end], factor, anchor, whole) {
  const length = Math.min(Math.max((end - start) * factor, NARROWEST_MS), whole[1] - whole[0]);
  const place = end > start ? (anchor - start) / (end - start) : 0.5;
  const first = anchor - place * length;
  return clampWindow([first, first + length], whole);
}

/**
 * Window moved by a share of its own length.
 * @param {Range} window
 * @param {number} share
 * @param {Range} whole
 * @returns {Range}
 */
export function panWindow([start, end], share, whole) {
  const move = (end - start) * share;
  return clampWindow([start + move, end + move], whole);
}

/**
 * @param {Range} window
 * @param {Range} whole
 */
export function isWhole(window, whole) {
  const tolerance = (whole[1] - whole[0]) * 1e-6;
  return window[0] - whole[0] <= tolerance && whole[1] - window[1] <= tolerance;
}

/**
 * First index whose value is not below the one asked for.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function lowerBound(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Index of the row nearest to a moment, or -1 where there is none.
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function nearest(sorted, value) {
  if (!sorted.length) return -1;
  const right = lowerBound(sorted, value);
  if (right === 0) return 0;
  if (right === sorted.length) return sorted.length - 1;
  return value - sorted[right - 1] <= sorted[right] - value ? right - 1 : right;
}
