// Times and values to pixels and back.

/** @typedef {import("./layout.js").Box} Box */

/**
 * @param {[number, number]} window
 * @param {Box} box
 */
export function timeScale([start, end], box) {
  const perMs = box.w / (end - start || 1);
  return {
    px: (/** @type {number} */ time) => box.x + (time - start) * perMs,
    time: (/** @type {number} */ px) => start + (px - box.x) / perMs,
    perMs,
  };
}

/** @typedef {ReturnType<typeof timeScale>} TimeScale */

/**
 * @param {number} low
 * @param {number} high
 * @param {Box} box
 */
export function valueScale(low, high, box) {
  const perUnit = box.h / (high - low || 1);
  return (/** @type {number} */ value) => box.y + box.h - (value - low) * perUnit;
}
