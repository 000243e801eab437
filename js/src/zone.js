// Wall-clock time of a named zone, so that ticks fall on its full hours and days.

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {string} zone
 */
function format(zone) {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, found);
  }
  return found;
}

/**
 * Milliseconds by which the wall clock of a zone is ahead of UTC at a moment.
 * @param {number} time
 * @param {string} zone
 */
export function offsetAt(time, zone) {
  if (zone === "UTC") return 0;
  /** @type {Record<string, number>} */
  const part = {};
  for (const { type, value } of format(zone).formatToParts(time)) part[type] = Number(value);
  const wall = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
  return wall - Math.floor(time / 1000) * 1000;
}

/**
 * Moment at which the wall clock of a zone shows a time; in the hour that is skipped, the moment just after it.
 * @param {number} wall
 * @param {string} zone
 */
export function fromWall(wall, zone) {
  if (zone === "UTC") return wall;
  const guess = wall - offsetAt(wall, zone);
  return wall - offsetAt(guess, zone);
}

/**
 * Name of a zone that the browser knows, else UTC.
 * @param {string | undefined} zone
 */
export function knownZone(zone) {
  if (!zone) return "UTC";
  try {
    format(zone);
    return zone;
  } catch (error) {
    if (error instanceof RangeError) return "UTC";
    throw error;
  }
}
