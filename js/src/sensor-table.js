/**
 * A table of sensors: sorted, filtered and chosen from in the browser, so that no key waits for the kernel.
 * Every text of the data goes through textContent.
 */
import { createListeners } from "./listeners.js";
import { cellText, csvText, ordered, rowsWith } from "./table-rows.js";

/** @typedef {import("./table-rows.js").Column} Column */

const TYPING_PAUSE_MS = 100;
const PAGE_ROWS = 10;
/** @type {Record<string, string>} */
const GRADE_TONES = { High: "normal", Medium: "warn", Low: "anomaly" };
/** @type {Record<string, number>} */
const BARS = { High: 3, Medium: 2, Low: 1 };

/** @param {string} name @param {string} [className] @param {string} [text] */
function node(name, className = "", text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Three bars, of which the grade fills some. @param {string} grade */
function gradeSign(grade) {
  const sign = node("span", "l4e-bars");
  sign.setAttribute("aria-hidden", "true");
  for (let bar = 0; bar < 3; bar += 1) sign.append(node("i", bar < BARS[grade] ? "" : "off"));
  return sign;
}

/** @param {Column} column @param {number} row */
function cell(column, row) {
  const text = cellText(column, row);
  const made = node("td", column.kind === "number" ? "l4e-num" : column.kind === "flex" ? "l4e-2 flex" : "");
  if (column.kind === "grade" && BARS[text]) {
    const inner = node("span", `l4e-tone ${GRADE_TONES[text]}`);
    inner.append(gradeSign(text), node("span", "", text));
    made.append(inner);
    return made;
  }
  if (column.kind === "name" || column.kind === "flex") made.title = text;
  if (column.kind === "name") made.append(node("span", "l4e-box"), node("span", "l4e-cut", text));
  else made.textContent = text;
  return made;
}

/** Put text on the clipboard, or save it where the browser keeps the clipboard shut. @param {string} text */
async function copyOut(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "copied as CSV";
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: address, download: "sensors.csv" });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    return "saved as sensors.csv";
  }
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const listeners = createListeners();
  el.classList.add("l4e", "l4e-sensor-table");
  const tools = node("div", "l4e-row l4e-tools-row");
  const find = /** @type {HTMLInputElement} */ (node("input", "l4e-find"));
  Object.assign(find, { type: "search", placeholder: "Filter sensors" });
  find.setAttribute("aria-label", "Filter sensors");
  const count = node("span", "l4e-s l4e-2");
  count.setAttribute("role", "status");
  const choice = /** @type {HTMLDetailsElement} */ (node("details", "l4e-columns"));
  const copy = node("button", "l4e-btn quiet small", "Copy as CSV");
  copy.setAttribute("type", "button");
  tools.append(find, count, node("span", "l4e-grow"), choice, copy);
  const scroll = node("div", "l4e-scroll");
  const table = node("table", "l4e-t tight");
  table.setAttribute("aria-multiselectable", "true");
  table.setAttribute("role", "grid");
  const [head, body] = [node("thead"), node("tbody")];
  table.append(head, body);
  scroll.append(table);
  el.append(tools, scroll);

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Map<number, HTMLElement>} */
  let made = new Map();
  /** @type {number[]} */
  let shown = [];
  let [current, anchor] = [-1, -1];
  const columns = () => /** @type {Column[]} */ (model.get("columns"));
  const visible = () => columns().filter((column) => !model.get("hidden").includes(column.key));
  const keys = () => /** @type {string[]} */ (model.get("keys_of_rows"));
  const chosen = () => new Set(/** @type {string[]} */ (model.get("selected")));
  const tell = (/** @type {string} */ name, /** @type {any} */ value) => {
    model.set(name, value);
    model.save_changes();
  };

  const rowOf = (/** @type {number} */ row) => {
    let line = made.get(row);
    if (!line) {
      line = node("tr");
      line.dataset.row = String(row);
      line.append(...visible().map((column) => cell(column, row)));
      made.set(row, line);
    }
    return line;
  };
  const mark = () => {
    const selected = chosen();
    if (!shown.includes(current)) current = shown[0] ?? -1;
    for (const row of shown) {
      const line = rowOf(row);
      const is = selected.has(keys()[row]);
      line.className = is ? "on" : "";
      line.setAttribute("aria-selected", String(is));
      line.querySelector(".l4e-box")?.classList.toggle("on", is);
      line.tabIndex = row === current ? 0 : -1;
    }
    const total = keys().length;
    const said = shown.length === total ? `${total} sensors` : `${shown.length} of ${total} sensors`;
    count.textContent = selected.size ? `${said}, ${selected.size} chosen` : said;
  };
  const drawHead = () => {
    const { key, direction } = model.get("order");
    const line = node("tr");
    for (const column of visible()) {
      const th = node("th", column.kind === "number" ? "l4e-num" : column.kind === "flex" ? "flex" : "");
      th.setAttribute("scope", "col");
      const is = key === column.key && direction !== 0;
      th.setAttribute("aria-sort", is ? (direction > 0 ? "ascending" : "descending") : "none");
      const button = node("button", "l4e-sort", column.title);
      button.setAttribute("type", "button");
      button.dataset.key = column.key;
      th.append(button);
      line.append(th);
    }
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.key;
    const had = focused && head.contains(document.activeElement);
    head.replaceChildren(line);
    if (had) /** @type {HTMLElement | null} */ (head.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
  };
  const drawRows = () => {
    const { key, direction } = model.get("order");
    const fitting = rowsWith(columns(), keys().length, model.get("query"));
    shown = ordered(
      fitting,
      columns().find((column) => column.key === key),
      direction,
    );
    const had = body.contains(document.activeElement);
    body.replaceChildren(...shown.map(rowOf));
    if (!shown.length) {
      const line = node("tr");
      const nothing = node("td", "l4e-2", keys().length ? "No sensor fits. Clear the filter." : "There is no sensor.");
      /** @type {HTMLTableCellElement} */ (nothing).colSpan = Math.max(visible().length, 1);
      line.append(nothing);
      body.append(line);
    }
    mark();
    if (had && current >= 0) rowOf(current).focus({ preventScroll: true });
  };
  const drawChoice = () => {
    const list = node("div", "l4e-columns-list");
    for (const column of columns()) {
      if (column.kind === "name") continue;
      const label = node("label");
      const box = /** @type {HTMLInputElement} */ (node("input"));
      Object.assign(box, { type: "checkbox", checked: !model.get("hidden").includes(column.key) });
      box.dataset.column = column.key;
      label.append(box, node("span", "", column.title));
      list.append(label);
    }
    choice.replaceChildren(node("summary", "", `Columns: ${visible().length} of ${columns().length}`), list);
  };
  const drawAll = () => {
    made = new Map();
    table.setAttribute("aria-label", model.get("title"));
    drawChoice();
    drawHead();
    drawRows();
  };
  const columnsChanged = () => {
    const summary = choice.querySelector("summary");
    if (summary) summary.textContent = `Columns: ${visible().length} of ${columns().length}`;
    made = new Map();
    drawHead();
    drawRows();
  };
  const orderChanged = () => (drawHead(), drawRows());
  const queryChanged = () => {
    if (document.activeElement !== find) find.value = model.get("query");
    drawRows();
  };

  const choose = (/** @type {number} */ row, /** @type {boolean} */ isRange) => {
    const selected = chosen();
    const [from, to] = [shown.indexOf(anchor), shown.indexOf(row)];
    if (isRange && from >= 0) {
      for (const one of shown.slice(Math.min(from, to), Math.max(from, to) + 1)) selected.add(keys()[one]);
    } else {
      const name = keys()[row];
      if (!selected.delete(name)) selected.add(name);
      anchor = row;
    }
    current = row;
    tell("selected", [...selected]);
    mark();
  };
  const go = (/** @type {number} */ place, /** @type {boolean} */ isRange) => {
    const row = shown[Math.min(Math.max(place, 0), shown.length - 1)];
    if (row === undefined) return;
    if (isRange && anchor < 0) anchor = current;
    current = row;
    if (isRange) choose(row, true);
    mark();
    rowOf(row).focus();
  };
  const lineOf = (/** @type {Event} */ event) => {
    const line = /** @type {HTMLElement} */ (event.target).closest("tr[data-row]");
    return line instanceof HTMLElement ? Number(line.dataset.row) : -1;
  };

  listeners.on(body, "click", (event) => {
    const row = lineOf(event);
    if (row < 0) return;
    choose(row, /** @type {MouseEvent} */ (event).shiftKey);
    rowOf(row).focus({ preventScroll: true });
  });
  listeners.on(body, "keydown", (event) => {
    const { key, shiftKey, ctrlKey, metaKey } = /** @type {KeyboardEvent} */ (event);
    const row = lineOf(event);
    if (row < 0) return;
    const place = shown.indexOf(row);
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE_ROWS, PageUp: -PAGE_ROWS };
    if (key in steps) go(place + steps[key], shiftKey);
    else if (key === "Home") go(0, shiftKey);
    else if (key === "End") go(shown.length - 1, shiftKey);
    else if (key === " " || key === "Enter") choose(row, shiftKey);
    else if (key === "Escape") (tell("selected", []), mark());
    else if (key === "c" && (ctrlKey || metaKey)) copy.click();
    else return;
    event.preventDefault();
  });
  listeners.on(head, "click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-key]");
    if (!(button instanceof HTMLElement)) return;
    const { key, direction } = model.get("order");
    const next = key !== button.dataset.key ? 1 : direction === 1 ? -1 : direction === -1 ? 0 : 1;
    tell("order", { key: button.dataset.key, direction: next });
  });
  listeners.on(find, "input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => tell("query", find.value), TYPING_PAUSE_MS);
  });
  listeners.on(choice, "change", (event) => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    const hidden = model.get("hidden").filter((/** @type {string} */ key) => key !== box.dataset.column);
    tell("hidden", box.checked ? hidden : [...hidden, box.dataset.column]);
  });
  listeners.on(copy, "click", () => {
    const selected = chosen();
    const picked = shown.filter((row) => selected.has(keys()[row]));
    const rows = picked.length ? picked : shown;
    void copyOut(csvText(visible(), rows)).then((how) => {
      count.textContent = `${rows.length} ${rows.length === 1 ? "row" : "rows"} ${how}`;
    });
  });

  const traits = [
    ["change:columns", drawAll],
    ["change:hidden", columnsChanged],
    ["change:order", orderChanged],
    ["change:query", queryChanged],
    ["change:selected", mark],
  ];
  for (const [name, act] of traits) model.on(name, act);
  find.value = model.get("query");
  drawAll();
  return () => {
    clearTimeout(timer);
    listeners.dispose();
    for (const [name, act] of traits) model.off(name, act);
    el.replaceChildren();
  };
}

export default { render };
