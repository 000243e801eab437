// Ticks of the time axis in two rows, and the ways a moment is written.
import { fromWall, offsetAt } from "./zone.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const FIXED = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const DAY_STEPS = [1, 2, 5, 10];

/**
 * @typedef {object} Tick
 * @property {number} time
 * @property {string} text
 */

/**
 * @typedef {object} Axis
 * @property {Tick[]} upper hours, days or months
 * @property {Tick[]} lower the day, month or year that begins; the first may begin before the window
 */

const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** @param {Date} d */
const dateText = (d) => `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;

/** @param {Date} d @param {number} step */
function clockText(d, step) {
  const minutes = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
  if (step >= MINUTE) return minutes;
  const seconds = `${minutes}:${two(d.getUTCSeconds())}`;
  return step >= SECOND ? seconds : `${seconds}.${String(d.getUTCMilliseconds()).padStart(3, "0")}`;
}

/**
 * Wall-clock times that are whole multiples of a number of days (from the first of the month) or months.
 * @param {number} from
 * @param {number} to
 * @param {number} step
 * @param {"day" | "month"} unit
 */
function calendar(from, to, step, unit) {
  const times = [];
  const first = new Date(from);
  const month = first.getUTCFullYear() * 12 + first.getUTCMonth();
  if (unit === "month") {
    for (let m = Math.floor(month / step) * step; at(m) < to; m += step) {
      if (at(m) >= from) times.push(at(m));
    }
    return times;
  }
  for (let m = month; at(m) < to; m += 1) {
    const last = step === 1 ? 31 : 31 - step / 2;
    for (let day = 0; day < last; day += step) {
      const time = at(m) + day * DAY;
      if (time >= from && time < to && time < at(m + 1)) times.push(time);
    }
  }
  return times;
}

/** First moment of a month counted from year 0. @param {number} month */
function at(month) {
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(month / 12), month % 12, 1);
  return date.getTime();
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} step
 */
function regular(from, to, step) {
  const times = [];
  for (let time = Math.ceil(from / step) * step; time < to; time += step) times.push(time);
  return times;
}

/**
 * Ticks of a window: none nearer to the next than its label needs, each period named once where it begins.
 * @param {[number, number]} window
 * @param {number} width pixels
 * @param {string} zone
 * @returns {Axis}
 */
export function timeAxis([start, end], width, zone) {
  const ahead = offsetAt((start + end) / 2, zone);
  const from = start + offsetAt(start, zone);
  const to = end + offsetAt(end, zone);
  const perPixel = (end - start) / Math.max(width, 1);
  /** @param {number[]} walls @param {(d: Date) => string} text */
  const ticks = (walls, text) =>
    walls
      .map((wall) => ({ time: zone === "UTC" ? wall : fromWall(wall, zone), text: text(new Date(wall)) }))
      .filter((tick, i, all) => tick.time >= start && tick.time <= end && (i === 0 || tick.time > all[i - 1].time));
  const step = FIXED.find((ms) => ms / perPixel >= (ms < SECOND ? 84 : ms < MINUTE ? 66 : 46));
  if (step) {
    const long = DAY / perPixel >= 112;
    return {
      upper: ticks(regular(from, to + 1, step), (d) => clockText(d, step)),
      lower: periods(from, calendar(from + 1, to, 1, "day"), floorDay(from), ahead, (d) =>
        long ? `${DAYS[d.getUTCDay()]} ${dateText(d)}` : `${DAYS[d.getUTCDay()]} ${d.getUTCDate()}`,
      ),
    };
  }
  const days = DAY_STEPS.find((n) => (n * DAY) / perPixel >= 30);
  if (days && (28 * DAY) / perPixel >= 84) {
    return {
      upper: ticks(calendar(from, to + 1, days, "day"), (d) => String(d.getUTCDate())),
      lower: periods(from, calendar(from + 1, to, 1, "month"), floorMonth(from), ahead, monthText),
    };
  }
  const months = MONTH_STEPS.find((n) => (n * 30 * DAY) / perPixel >= 46) ?? 2400;
  const yearly = months >= 12;
  return {
    upper: ticks(calendar(from, to + 1, months, "month"), (d) =>
      yearly ? String(d.getUTCFullYear()) : MONTHS[d.getUTCMonth()],
    ),
    lower: yearly
      ? []
      : periods(from, calendar(from + 1, to, 12, "month"), from, ahead, (d) => String(d.getUTCFullYear())),
  };
}

const floorDay = (/** @type {number} */ wall) => Math.floor(wall / DAY) * DAY;
const floorMonth = (/** @type {number} */ wall) => {
  const d = new Date(wall);
  return at(d.getUTCFullYear() * 12 + d.getUTCMonth());
};
const monthText = (/** @type {Date} */ d) => `${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;

/**
 * @param {number} from
 * @param {number[]} begins
 * @param {number} current
 * @param {number} ahead
 * @param {(d: Date) => string} text
 */
function periods(from, begins, current, ahead, text) {
  const first = { time: from - ahead, text: text(new Date(current)) };
  return [first, ...begins.map((wall) => ({ time: wall - ahead, text: text(new Date(wall)) }))];
}

/**
 * Ticks of the overview strip: each with month and year, in one row.
 * @param {[number, number]} window
 * @param {number} width pixels
 * @param {string} zone
 * @returns {Tick[]}
 */
export function overviewTicks(window, width, zone) {
  const axis = timeAxis(window, width / 2, zone);
  const span = window[1] - window[0];
  if (!axis.upper.length) return [];
  if (span > 120 * DAY) {
    return axis.upper.map((tick) => {
      const d = new Date(tick.time + offsetAt(tick.time, zone));
      return { time: tick.time, text: monthText(d) };
    });
  }
  return axis.upper.map((tick) => {
    const d = new Date(tick.time + offsetAt(tick.time, zone));
    const day = `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`;
    return { time: tick.time, text: span < 3 * DAY ? `${day} ${tick.text}` : day };
  });
}

/**
 * A moment for the cursor's box: weekday and clock, with the date once the window is wider than a week.
 * @param {number} time
 * @param {number} span milliseconds of the window
 * @param {string} zone
 */
export function cursorText(time, span, zone) {
  const d = new Date(time + offsetAt(time, zone));
  const clock = clockText(d, span < 10 * MINUTE ? (span < 20 * SECOND ? 1 : SECOND) : MINUTE);
  const day = DAYS[d.getUTCDay()];
  if (span <= 7 * DAY) return `${day} ${clock}`;
  const year = span > 300 * DAY ? ` ${d.getUTCFullYear()}` : "";
  return `${day} ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}${year} ${clock}`;
}

/**
 * A moment as the pages write it, to the minute, or finer where the window is that narrow.
 * @param {number} time
 * @param {number} span milliseconds of the window
 * @param {string} zone
 */
export function momentText(time, span, zone) {
  const d = new Date(time + offsetAt(time, zone));
  return `${dateText(d)} ${clockText(d, span < 10 * MINUTE ? (span < 20 * SECOND ? 1 : SECOND) : MINUTE)}`;
}

/**
 * A window as the pages write it.
 * @param {[number, number]} window
 * @param {string} zone
 */
export function windowText([start, end], zone) {
  const span = end - start;
  const [a, b] = [momentText(start, span, zone), momentText(end, span, zone)];
  return a.slice(0, 10) === b.slice(0, 10) ? `${a}–${b.slice(11)} ${zone}` : `${a} to ${b} ${zone}`;
}

/**
 * A length of time in words, for the overview's caption.
 * @param {number} ms
 */
export function spanText(ms) {
  if (ms >= 60 * DAY) return `${Math.round(ms / (30.44 * DAY))} months`;
  if (ms >= 2 * DAY) return `${Math.round(ms / DAY)} days`;
  if (ms >= 2 * HOUR) return `${Math.round(ms / HOUR)} h`;
  if (ms >= 2 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  return `${Math.round(ms / SECOND)} s`;
}
