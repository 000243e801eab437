/**
 * A piece of a page: shows markup that the kernel made and sends back what was chosen in it.
 * The kernel escapes every text of the data before it gets here (widgets/parts/markup.py).
 */

const TYPING_PAUSE_MS = 150;

/** @typedef {{act: string, value: string}} Key */

/** What finds the same control again after the markup was exchanged. @param {HTMLElement} root @returns {Key | null} */
export function focusKey(root) {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !root.contains(active) || !active.dataset.act) return null;
  return { act: active.dataset.act, value: active.dataset.value ?? "" };
}

/** @param {HTMLElement} root @param {Key | null} key */
export function restoreFocus(root, key) {
  if (!key) return;
  /** @type {HTMLElement[]} */
  const all = [...root.querySelectorAll("[data-act]")].map((node) => /** @type {HTMLElement} */ (node));
  const alike = all.filter((node) => node.dataset.act === key.act);
  const target = alike.find((node) => (node.dataset.value ?? "") === key.value) ?? alike[0];
  target?.focus({ preventScroll: true });
}

/** Move the focus between rows of a table that can be chosen. @param {HTMLElement} row @param {number} step */
function stepRow(row, step) {
  const rows = [...(row.parentElement?.querySelectorAll("tr[data-act]") ?? [])];
  const next = rows[rows.indexOf(row) + step];
  if (next instanceof HTMLElement) next.focus();
}

/** @param {{name: string, mime: string}} message @param {DataView<ArrayBuffer>} buffer */
function saveFile(message, buffer) {
  const address = URL.createObjectURL(new Blob([buffer], { type: message.mime }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = message.name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const listening = new AbortController();
  const options = { signal: listening.signal };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {HTMLInputElement | null} */
  let typed = null;

  /** Send at once what was typed and still waits for a pause. */
  const flush = () => {
    clearTimeout(timer);
    if (typed) send(typed, typed.value);
    typed = null;
  };

  const draw = () => {
    const key = focusKey(el);
    el.className = model.get("classes");
    el.innerHTML = model.get("html");
    restoreFocus(el, key);
    if (!key) /** @type {HTMLElement | null} */ (el.querySelector("[data-focus]"))?.focus();
  };
  /** @param {HTMLElement} node @param {string} [value] */
  const send = (node, value) => model.send({ act: node.dataset.act, value: value ?? node.dataset.value ?? "" });
  /** @param {any} message @param {DataView<ArrayBuffer>[]} buffers */
  const onMessage = (message, buffers) => {
    if (message.kind === "download") saveFile(message, buffers[0]);
  };

  /** The control an event happened in. @param {Event} event @param {string} selector */
  const control = (event, selector) =>
    /** @type {HTMLInputElement | null} */ (/** @type {Element} */ (event.target).closest(selector));

  el.addEventListener(
    "click",
    (event) => {
      const node = control(event, "[data-act]");
      if (!node || node.matches("input, select") || node.disabled) return;
      event.preventDefault();
      flush();
      send(node);
    },
    options,
  );
  el.addEventListener(
    "keydown",
    (event) => {
      const escape = event.key === "Escape" ? control(event, "[data-escape]") : null;
      if (escape) model.send({ act: escape.dataset.escape ?? "", value: "" });
      const row = control(event, "tr[data-act]");
      if (!row || event.target !== row) return;
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step) stepRow(row, step);
      else if (event.key === "Enter" || event.key === " ") send(row);
      else return;
      event.preventDefault();
    },
    options,
  );
  el.addEventListener(
    "input",
    (event) => {
      const node = control(event, "input[data-act]");
      if (!node) return;
      clearTimeout(timer);
      typed = node;
      timer = setTimeout(flush, TYPING_PAUSE_MS);
    },
    options,
  );
  el.addEventListener(
    "change",
    (event) => {
      const node = control(event, "select[data-act]");
      if (node) send(node, node.value);
    },
    options,
  );

  model.on("change:html", draw);
  model.on("msg:custom", onMessage);
  draw();
  return () => {
    clearTimeout(timer);
    listening.abort();
    model.off("change:html", draw);
    model.off("msg:custom", onMessage);
  };
}

export default { render };
