// The label editor: the chart with its label tools, what can be done, and the table.
import { addButton } from "./bar.js";
import { save as saveFile } from "./exports.js";
import { createLabelState } from "./label-state.js";
import { createLabelTable } from "./label-table.js";
import { KEYS, labelTools } from "./label-tools.js";
import { mountChart } from "./widget.js";

const SHORT_KEYS = [
  ["← →", "along the series"],
  ["enter", "start, then end a label"],
  ["[ ]", "move its edges"],
  ["del", "remove"],
  ["ctrl Z", "undo"],
  ["?", "all keys"],
];

/** @param {string} tag @param {string} classes @param {HTMLElement} parent @param {string} [text] */
function put(tag, classes, parent, text = "") {
  const made = parent.appendChild(document.createElement(tag));
  made.className = classes;
  made.textContent = text;
  return made;
}

/** @param {HTMLElement} parent @param {string[][]} keys */
function putKeys(parent, keys) {
  for (const [names, words] of keys) {
    const one = put("span", "l4e-key-words", parent);
    for (const name of names.split(" ")) put("kbd", "l4e-kbd", one, name);
    one.append(` ${words}`);
  }
}

/** @param {{model: any, el: HTMLElement}} context */
export function renderLabelEditor(context) {
  const { model, el } = context;
  el.classList.add("l4e", "l4e-label-editor");
  const view = Math.random().toString(36).slice(2);
  const labels = createLabelState((message, buffers) => model.send(message, undefined, buffers), view);
  const told = () => model.get("editor");
  const canEdit = () => !told().readOnly;
  labels.take(told());
  let typed = false;

  const act = (/** @type {import("./label-state.js").Edit} */ edit, /** @type {ArrayBuffer[]} */ buffers = []) => {
    labels.do(edit, buffers);
    draw();
  };
  const made = labelTools({
    chart: () => mounted?.chart() ?? null,
    labels,
    canEdit,
    rowMs: () => model.get("description").rowMs,
    redraw: () => draw(),
    showKeys: () => (keys.open ? keys.close() : keys.showModal()),
    save: () => told().canSave && act({ act: "save" }),
  });
  /** @type {ReturnType<typeof mountChart> | null} */
  let mounted = null;
  mounted = mountChart(context, { tools: () => made.tools, onMount: () => mounted && draw() });
  const { listeners } = mounted;

  const tools = put("div", "l4e-row l4e-label-tools", el);
  el.insertBefore(tools, mounted.bar);
  const status = put("span", "l4e-grow l4e-2", tools);
  status.setAttribute("role", "status");
  const undo = addButton(tools, listeners, "Undo", () => act({ act: "undo" }));
  const redo = addButton(tools, listeners, "Redo", () => act({ act: "redo" }));
  const mode = addButton(tools, listeners, "+ Add label", () => made.setMode(!made.isDrawing()), "small");
  mode.title = "Drag over the chart to draw labels";
  const problem = put("div", "l4e-ban crit", el);
  problem.setAttribute("role", "alert");
  el.insertBefore(problem, mounted.bar);

  const heading = put("div", "l4e-row l4e-label-head", el);
  const count = put("b", "l4e-label-count", heading);
  const facts = put("span", "l4e-grow l4e-s l4e-2", heading);
  const file = /** @type {HTMLInputElement} */ (put("input", "", heading));
  file.type = "file";
  file.accept = ".csv,.txt,text/csv";
  file.hidden = true;
  file.setAttribute("aria-label", "CSV of labels");
  const [take, give, clear] = [
    addButton(heading, listeners, "Import CSV", () => file.click()),
    addButton(heading, listeners, "Export CSV", () => act({ act: "export" })),
    addButton(heading, listeners, "Clear all", () => act({ act: "clear" })),
  ];
  const question = put("div", "l4e-label-question", el);
  const nothing = put("div", "l4e-empty", el);
  put("b", "", nothing, "No labels yet");
  put(
    "div",
    "",
    nothing,
    "Press “Add label” and drag over the chart, or put the cursor somewhere and press enter twice.",
  );
  const scroll = put("div", "l4e-scroll", el);
  const table = createLabelTable(scroll, listeners, {
    act(edit) {
      typed = true;
      act(edit);
    },
    choose(key, adds) {
      const before = labels.selected();
      act({ act: "select", keys: adds ? [...before.filter((one) => one !== key), key] : [key] });
      const label = labels.labels().find((one) => one.key === key);
      if (label && !adds) made.show(label);
    },
  });
  const hints = put("div", "l4e-row l4e-label-keys l4e-s l4e-2", el, "Without a mouse");
  putKeys(hints, SHORT_KEYS);
  const keys = /** @type {HTMLDialogElement} */ (put("dialog", "l4e-dialog l4e-label-dialog", el));
  put("h2", "l4e-h2", keys, "Keys of the label editor");
  put("p", "l4e-2", keys, "They work while the chart has the focus.");
  putKeys(put("div", "l4e-label-all-keys", keys), KEYS);
  addButton(keys, listeners, "Close", () => keys.close(), "");

  listeners.on(file, "change", async () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return;
    const content = await chosen.arrayBuffer();
    file.value = "";
    act({ act: "import", name: chosen.name.slice(0, 200) }, [content]);
  });

  const ask = () => {
    const { preview, conflict } = told();
    const shown = JSON.stringify([preview, conflict]);
    if (question.dataset.shown === shown) return;
    question.dataset.shown = shown;
    question.replaceChildren();
    const button = (/** @type {string} */ words, /** @type {() => void} */ does, kind = "small") => {
      const one = /** @type {HTMLButtonElement} */ (put("button", `l4e-btn ${kind}`, question, words));
      one.type = "button";
      one.onclick = does;
    };
    if (conflict) {
      put("p", "l4e-b", question, conflict.sentence);
      const free = `${told().group}-mine`.slice(0, 190);
      button(`Save mine as ${free}`, () => act({ act: "as", name: free }));
      button(`Show theirs (${conflict.theirs})`, () => act({ act: "theirs" }));
      button("Put both together", () => act({ act: "combine" }), "small primary");
    }
    if (!preview) return;
    const bad = preview.bad.length + preview.others;
    const told_ = bad ? `, ${bad} ${bad === 1 ? "line" : "lines"} cannot be read` : "";
    put("p", "l4e-b", question, `${preview.name}: ${preview.good} ${preview.good === 1 ? "label" : "labels"}${told_}.`);
    const list = put("ul", "l4e-s", question);
    for (const line of preview.bad) {
      const item = put("li", "", list, `Line ${line.number}: `);
      put("code", "l4e-mono", item, line.text);
      item.append(` ${line.why}`);
    }
    if (preview.others) put("li", "", list, `and ${preview.others} more`);
    button("Add nothing", () => act({ act: "away" }));
    if (preview.good) button(`Add ${preview.good} labels`, () => act({ act: "take" }), "small primary");
  };
  const draw = () => {
    const chart = mounted?.chart();
    if (!chart) return;
    const state = told();
    const shown = labels.labels();
    chart.state.labels = made.drawn();
    chart.state.held = new Set(labels.selected());
    chart.root.dataset.labels = String(shown.length);
    chart.redraw();
    const locked = Boolean(state.readOnly);
    table.draw(shown, labels.selected(), { locked, restore: typed && Boolean(state.error) });
    count.textContent = shown.length === 1 ? "1 label" : `${shown.length} labels`;
    facts.textContent = state.facts;
    const changes = state.changes === 1 ? "1 change not saved" : `${state.changes} changes not saved`;
    status.textContent = state.readOnly || state.notice || (state.changes ? changes : "");
    problem.hidden = !state.error;
    problem.textContent = state.error;
    [undo.disabled, redo.disabled] = [!state.undo, !state.redo];
    for (const button of [undo, redo, mode, take]) button.hidden = locked;
    clear.hidden = locked || !shown.length;
    give.hidden = nothing.hidden = !shown.length;
    nothing.hidden = Boolean(shown.length) || locked;
    mode.classList.toggle("on", made.isDrawing());
    mode.setAttribute("aria-pressed", String(made.isDrawing()));
    mode.textContent = made.isDrawing() ? "Done drawing" : "+ Add label";
    ask();
  };
  const onTold = () => {
    labels.take(told());
    draw();
    typed = false;
  };
  const onMessage = (/** @type {any} */ message, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
    if (message.kind === "download") saveFile(new Blob([buffers[0]], { type: message.mime }), message.name);
  };
  model.on("change:editor", onTold);
  model.on("msg:custom", onMessage);
  listeners.add(() => {
    model.off("change:editor", onTold);
    model.off("msg:custom", onMessage);
  });
  draw();
  return () => listeners.dispose();
}
