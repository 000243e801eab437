// Colours and fonts of the canvas, read from the stylesheet's tokens where the chart stands.

/** @typedef {ReturnType<typeof readTheme>} Theme */

/** @param {Element} element */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const token = (/** @type {string} */ name, /** @type {string} */ fallback) =>
    style.getPropertyValue(`--l4e-${name}`).trim() || fallback;
  return {
    font: token("font", "system-ui, sans-serif"),
    background: token("bg", "#ffffff"),
    subtle: token("bg-subtle", "#f7f8fa"),
    inset: token("bg-inset", "#eef0f3"),
    text: token("text", "#171c24"),
    text2: token("text-2", "#4a5463"),
    text3: token("text-3", "#5f6977"),
    accent: token("accent", "#0b6478"),
    window: token("window", "rgba(11,100,120,.1)"),
    grid: token("grid", "#edeff2"),
    axis: token("axis", "#c7cdd6"),
    normal: token("normal-mark", "#64788f"),
    warn: token("warn-mark", "#bf7a00"),
    anomaly: token("anomaly-mark", "#cc2f39"),
    anomalySoft: token("anomaly-soft", "#fbe7e8"),
    label: token("label-mark", "#8a55bf"),
    labelInk: token("label-ink", "#6d3aa0"),
    labelSoft: token("label-soft", "#f0e8f8"),
    chosen: token("eval-mark", "#0f8f68"),
    chosenInk: token("eval-ink", "#0a6b4e"),
    train: token("train-soft", "#e4eefa"),
    trainInk: token("train-ink", "#17599c"),
    off: token("off-mark", "#858d99"),
    offSoft: token("off-soft", "#e9ebee"),
    offInk: token("off-ink", "#565e69"),
    expectedLine: token("expected-line", "#3d4f66"),
    expectedBand: token("expected-band", "rgba(92,112,138,.2)"),
    series: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#4d4d4d"].map((colour, i) =>
      token(`c${i + 1}`, colour),
    ),
  };
}
