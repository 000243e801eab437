// Sizes, speeds and times of uploads in words.

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** @param {number} bytes */
export function sizeText(bytes) {
  const power = bytes >= 1 ? Math.min(Math.floor(Math.log10(bytes) / 3 + 1e-12), UNITS.length - 1) : 0;
  return `${(bytes / 1000 ** power).toFixed(power ? 1 : 0)} ${UNITS[power]}`;
}

/** @param {number} seconds */
export function leftText(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min left`;
}

/** @param {number} ms milliseconds UTC */
export function changedText(ms) {
  return `changed ${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const WINDOW_MS = 4000;

/** Speed over the last seconds. @param {() => number} now */
export function createSpeed(now) {
  /** @type {[number, number][]} */
  let seen = [];
  return {
    /** @param {number} sent bytes so far */
    add(sent) {
      const at = now();
      // A chunk that has to be sent again takes the count back: the speed begins anew.
      if (seen.length && sent < seen[seen.length - 1][1]) seen = [];
      seen.push([at, sent]);
      while (seen.length > 2 && at - seen[0][0] > WINDOW_MS) seen.shift();
    },
    /** Bytes a second, 0 where it is not known yet. */
    perSecond() {
      if (seen.length < 2) return 0;
      const [[from, first], [to, last]] = [seen[0], seen[seen.length - 1]];
      return to > from ? ((last - first) * 1000) / (to - from) : 0;
    },
  };
}
