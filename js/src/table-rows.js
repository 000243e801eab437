/**
 * What a table shows of its rows: which fit, in which order, and as the text of a CSV file.
 * Values come by column; a place in them is a row's name everywhere.
 */

/** @typedef {{key: string, title: string, kind: string, values: (string | number | null)[], texts?: string[]}} Column */

const WORDS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Text of a cell. @param {Column} column @param {number} row */
export function cellText(column, row) {
  const text = column.texts?.[row] ?? column.values[row];
  return text === null || text === undefined || text === "" ? "–" : String(text);
}

/** Rows with a text in any of the columns; capitals do not count. @param {Column[]} columns @param {number} count @param {string} text */
export function rowsWith(columns, count, text) {
  const wanted = text.trim().toLowerCase();
  const all = Array.from({ length: count }, (_, row) => row);
  if (!wanted) return all;
  return all.filter((row) => columns.some((column) => cellText(column, row).toLowerCase().includes(wanted)));
}

/** Is there nothing in a cell? @param {string | number | null} value */
const isEmpty = (value) => value === null || value === undefined || value === "" || Number.isNaN(value);

/**
 * Rows in the order of a column; what is missing comes last either way, equal rows stay as they are.
 * @param {number[]} rows @param {Column | undefined} column @param {number} direction 1 up, -1 down, 0 as they came
 */
export function ordered(rows, column, direction) {
  if (!column || !direction) return [...rows].sort((one, other) => one - other);
  const { values } = column;
  return [...rows].sort((one, other) => {
    const [a, b] = [values[one], values[other]];
    if (isEmpty(a) || isEmpty(b)) return Number(isEmpty(a)) - Number(isEmpty(b)) || one - other;
    const order = typeof a === "number" && typeof b === "number" ? a - b : WORDS.compare(String(a), String(b));
    return direction * order || one - other;
  });
}

/**
 * One cell of a CSV file. A spreadsheet takes a text that begins with one of = + - @ for a formula and does what it
 * says, so such a text gets an apostrophe before it; numbers stay numbers.
 * @param {string | number | null} value
 */
export function csvCell(value) {
  if (isEmpty(value)) return "";
  if (typeof value === "number") return String(value);
  const text = String(value);
  const safe = /^[\s]*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The rows as a CSV file. @param {Column[]} columns @param {number[]} rows */
export function csvText(columns, rows) {
  const lines = [columns.map((column) => csvCell(column.title))];
  for (const row of rows) {
    lines.push(
      columns.map(({ kind, values, texts }) => csvCell(kind === "number" ? values[row] : (texts ?? values)[row])),
    );
  }
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}
