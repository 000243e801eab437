// The labels as a table whose cells can be typed in; every text reaches the page as text.

/** @typedef {import("./label-state.js").Label} Label */

const HEADS = ["Start, UTC", "End, UTC", "Lasts", "Rating", "Fault code", "Equipment", "Notes", ""];
const RATINGS = [
  ["ANOMALY", "◆ anomaly"],
  ["NO_ANOMALY", "✓ no anomaly"],
  ["NEUTRAL", "– neutral"],
];
/** @type {[string, keyof Label, string, number][]} field of the kernel, property, words, longest */
const TEXTS = [
  ["fault_code", "code", "Fault code", 100],
  ["equipment", "equipment", "Equipment", 200],
  ["notes", "notes", "Notes", 2560],
];

/**
 * @param {HTMLElement} parent
 * @param {import("./listeners.js").Listeners} listeners
 * @param {{act: (edit: import("./label-state.js").Edit) => void, choose: (key: number, adds: boolean) => void}} options
 */
export function createLabelTable(parent, listeners, { act, choose }) {
  const table = parent.appendChild(document.createElement("table"));
  table.className = "l4e-t tight l4e-labels";
  table.setAttribute("aria-label", "Labels");
  const head = table.createTHead().insertRow();
  for (const words of HEADS) {
    const cell = head.appendChild(document.createElement("th"));
    cell.scope = "col";
    cell.textContent = words;
    if (words === "Lasts") cell.className = "l4e-num";
    if (words === "Notes") cell.className = "flex";
  }
  const body = table.createTBody();
  /** @type {Map<number, HTMLTableRowElement>} */
  const rows = new Map();
  let isLocked = false;

  const rowOf = (/** @type {Event} */ event) => /** @type {Element} */ (event.target).closest("tr");
  const keyOf = (/** @type {Event} */ event) => Number(rowOf(event)?.dataset.key);
  listeners.on(body, "change", (event) => {
    const field = event.target.dataset.field;
    const [key, text] = [keyOf(event), event.target.value];
    if (field === "rating") act({ act: "rate", keys: [key], rating: text });
    else if (field === "start" || field === "end") act({ act: "time", key, edge: field, text });
    else if (field) act({ act: "write", key, field, text });
  });
  listeners.on(body, "keydown", (/** @type {KeyboardEvent} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (event.key === "Enter" && input.matches("input")) input.dispatchEvent(new Event("change", { bubbles: true }));
    else if (event.key === "Escape" && input.matches("input")) input.value = input.dataset.known ?? "";
    else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && input.matches("input")) {
      const row = rowOf(event);
      const next = event.key === "ArrowUp" ? row?.previousElementSibling : row?.nextElementSibling;
      const field = next?.querySelector(`[data-field="${input.dataset.field}"]`);
      if (field instanceof HTMLElement) field.focus();
    } else return;
    event.preventDefault();
  });
  listeners.on(body, "focusin", (event) => {
    if (!rowOf(event)?.classList.contains("on") && !event.target.matches("button")) choose(keyOf(event), false);
  });
  listeners.on(body, "click", (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.matches("button")) act({ act: "delete", keys: [keyOf(event)] });
    else if (!target.matches("input, select")) choose(keyOf(event), event.ctrlKey || event.metaKey);
  });

  const makeRow = (/** @type {Label} */ label) => {
    const row = document.createElement("tr");
    row.dataset.key = String(label.key);
    const cell = (/** @type {string} */ classes = "") => {
      const made = row.insertCell();
      made.className = classes;
      return made;
    };
    const input = (/** @type {string} */ field, /** @type {string} */ words, /** @type {number} */ longest) => {
      const made = cell(field === "notes" ? "flex" : "").appendChild(document.createElement("input"));
      made.className = "l4e-cell";
      made.dataset.field = field;
      made.setAttribute("aria-label", words);
      made.maxLength = longest;
      made.spellcheck = false;
    };
    input("start", "Start", 40);
    input("end", "End", 40);
    cell("l4e-num").dataset.field = "lasts";
    const select = cell().appendChild(document.createElement("select"));
    select.className = "l4e-cell";
    select.dataset.field = "rating";
    select.setAttribute("aria-label", "Rating");
    for (const [value, words] of RATINGS) select.add(new Option(words, value));
    for (const [field, , words, longest] of TEXTS) input(field, words, longest);
    const remove = cell("l4e-num").appendChild(document.createElement("button"));
    remove.className = "l4e-btn quiet small";
    remove.type = "button";
    remove.textContent = "×";
    remove.title = "Remove label";
    remove.setAttribute("aria-label", "Remove label");
    return row;
  };
  const fill = (/** @type {HTMLTableRowElement} */ row, /** @type {Label} */ label, /** @type {boolean} */ isNew) => {
    const set = (/** @type {string} */ field, /** @type {string} */ value) => {
      const node = /** @type {HTMLInputElement} */ (row.querySelector(`[data-field="${field}"]`));
      // What is being typed stays, unless the kernel has another value now.
      if (isNew || node.dataset.known !== value) node.value = value;
      node.dataset.known = value;
      node.title = value.length > 12 ? value : "";
      node.disabled = isLocked;
    };
    set("start", label.startText ?? "");
    set("end", label.endText ?? "");
    set("rating", label.rating);
    row.dataset.rating = label.rating;
    for (const [field, property] of TEXTS) set(field, String(label[property] ?? ""));
    const lasts = /** @type {HTMLElement} */ (row.querySelector('[data-field="lasts"]'));
    lasts.textContent = label.lasts ?? "";
    const remove = /** @type {HTMLButtonElement} */ (row.querySelector("button"));
    remove.hidden = isLocked;
  };

  return {
    /**
     * @param {Label[]} labels
     * @param {number[]} selected
     * @param {{locked: boolean, restore: boolean}} options `restore` puts back what was typed and refused
     */
    draw(labels, selected, { locked, restore }) {
      isLocked = locked;
      const order = labels.filter((label) => label.key > 0).sort((a, b) => b.start - a.start || b.key - a.key);
      const keys = new Set(order.map((label) => label.key));
      for (const [key, row] of rows) {
        if (keys.has(key)) continue;
        row.remove();
        rows.delete(key);
      }
      order.forEach((label, place) => {
        const old = rows.get(label.key);
        const row = old ?? makeRow(label);
        rows.set(label.key, row);
        fill(row, label, !old || restore);
        if (body.children[place] !== row) body.insertBefore(row, body.children[place] ?? null);
        const isOn = selected.includes(label.key);
        if (isOn && !row.classList.contains("on") && selected.length === 1) row.scrollIntoView?.({ block: "nearest" });
        row.classList.toggle("on", isOn);
        row.setAttribute("aria-selected", String(isOn));
      });
      table.hidden = !order.length;
    },
  };
}
