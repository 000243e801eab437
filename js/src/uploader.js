// The uploader on the screen: where files are dropped or chosen, and how far each of them is.
import { createListeners } from "./listeners.js";
import { createQueue } from "./upload-queue.js";
import { createChannel, findWay } from "./upload-ways.js";
import { changedText, leftText, sizeText } from "./upload-words.js";

/** @typedef {import("./upload-queue.js").Item} Item */

const SVG = "http://www.w3.org/2000/svg";
const GLYPHS = {
  file: ["M3 1.8h5l3 3v7.4H3z", "M8 1.8v3h3"],
  cross: ["M3.5 3.5l7 7M10.5 3.5l-7 7"],
  good: ["M2.5 7.5l3 3 6-7"],
  bad: ["M7 1.5l5.5 5.5L7 12.5 1.5 7z", "M7 4.5v3", "M7 9.4v.2"],
  wait: ["M7 2L12.6 12H1.4z", "M7 5.6v3", "M7 10.2v.2"],
};

/** @param {keyof typeof GLYPHS} name */
function glyph(name) {
  const made = document.createElementNS(SVG, "svg");
  const size = { width: "14", height: "14", viewBox: "0 0 14 14", fill: "none", stroke: "currentColor" };
  const look = { "stroke-width": "1.4", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries({ ...size, ...look })) made.setAttribute(key, value);
  for (const path of GLYPHS[name]) made.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", path);
  return made;
}

/** @param {string} tag @param {string} classes @param {Element} parent @param {string} [text] */
function put(tag, classes, parent, text = "") {
  const made = parent.appendChild(document.createElement(tag));
  made.className = classes;
  made.textContent = text;
  return made;
}

/** Glyph, kind and words of how a file is. @param {Item} item @returns {["good" | "bad" | "wait" | "", string]} */
export function statusOf(item) {
  switch (item.state) {
    case "done":
      return ["good", item.file ? "uploaded, checksum matches" : "uploaded"];
    case "failed":
      return ["bad", item.sentence];
    case "lost":
      return ["wait", "The connection is lost. It goes on by itself when it is back."];
    case "checking":
      return ["", "comparing checksums"];
    case "waiting":
      return ["", "waits for the file before it"];
    default:
      return ["", ""];
  }
}

/** How far a file is, in words. @param {Item} item */
export function progressText(item) {
  const parts = [`${sizeText(item.sent)} of ${sizeText(item.size)}`];
  if (item.speed > 0 && item.state === "sending") {
    parts.push(`${sizeText(item.speed)}/s`);
    const left = leftText((item.size - item.sent) / item.speed);
    if (left && item.sent < item.size) parts.push(left);
  }
  return parts.join(", ");
}

/** One row of the list. @param {Item} item @param {Element} list @param {(key: number) => void} remove */
function createRow(item, list, remove) {
  const root = list.appendChild(document.createElement("li"));
  const head = put("div", "l4e-row", root);
  put("span", "l4e-3", head).append(glyph("file"));
  const name = put("span", "l4e-grow l4e-cut l4e-m", head);
  const cross = /** @type {HTMLButtonElement} */ (put("button", "l4e-icon-btn", head));
  cross.type = "button";
  cross.append(glyph("cross"));
  const rest = put("div", "l4e-upload-rest", root);
  const facts = put("div", "l4e-s l4e-2", rest);
  const status = put("div", "l4e-s l4e-row", rest);
  const moving = put("div", "", rest);
  const bar = put("div", "l4e-bar", moving);
  const filled = put("i", "", bar);
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  const line = put("div", "l4e-row l4e-s l4e-2", moving);
  const words = put("span", "l4e-grow", line);
  const cancel = /** @type {HTMLButtonElement} */ (put("button", "l4e-btn quiet small", line, "Cancel"));
  cancel.type = "button";
  cancel.onclick = cross.onclick = () => remove(item.key);
  let shown = "";
  return {
    root,
    draw() {
      const ends = item.state === "done" || item.state === "failed";
      const [kind, text] = statusOf(item);
      const now = `${item.state} ${text}`;
      if (now !== shown) {
        shown = now;
        root.dataset.state = item.state;
        status.className = `l4e-s l4e-row ${kind ? `l4e-${kind}` : "l4e-2"}`;
        status.replaceChildren(...(kind ? [glyph(kind)] : []), text);
        status.hidden = !text;
        moving.hidden = ends || item.state === "waiting";
        cross.hidden = !moving.hidden;
      }
      name.textContent = name.title = item.name;
      bar.setAttribute("aria-label", `Upload of ${item.name}`);
      cancel.setAttribute("aria-label", `Cancel the upload of ${item.name}`);
      cross.setAttribute("aria-label", `Take ${item.name} off the list`);
      facts.textContent = sizeText(item.size) + (item.file ? `, ${changedText(item.file.lastModified)}` : "");
      const share = item.size ? Math.floor((100 * item.sent) / item.size) : 100;
      filled.style.width = `${share}%`;
      bar.setAttribute("aria-valuenow", String(share));
      bar.setAttribute("aria-valuetext", progressText(item));
      words.textContent = progressText(item);
    },
  };
}

/** @param {{model: any, el: HTMLElement}} context */
export function render({ model, el }) {
  const listeners = createListeners();
  const channel = createChannel(model);
  el.classList.add("l4e");
  const root = put("div", "l4e-uploader", el);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", model.get("title"));
  const drop = put("div", "l4e-drop", root);
  put("div", "", drop, "Drop files here");
  const choose = /** @type {HTMLButtonElement} */ (put("button", "l4e-btn small", drop, "Choose files"));
  choose.type = "button";
  const input = /** @type {HTMLInputElement} */ (put("input", "", drop));
  Object.assign(input, { type: "file", multiple: true, hidden: true });
  input.setAttribute("aria-label", "Files to upload");
  const list = put("ul", "l4e-uploads", root);
  const hint = "If the connection drops, choose the same file again: the upload goes on where it stopped.";
  put("div", "l4e-upload-hint l4e-s l4e-3", root, hint);
  const heard = put("div", "l4e-heard", root);
  heard.setAttribute("role", "status");

  /** @type {Map<number, {row: ReturnType<typeof createRow>, state: string}>} */
  const rows = new Map();
  /** @param {number} key */
  const remove = (key) => {
    const within = rows.get(key)?.row.root.contains(document.activeElement);
    void queue.remove(key);
    if (within) choose.focus();
  };
  const draw = () => {
    const items = queue.items();
    for (const [key, { row }] of rows) {
      if (items.some((item) => item.key === key)) continue;
      row.root.remove();
      rows.delete(key);
    }
    for (const item of items) {
      const known = rows.get(item.key) ?? { row: createRow(item, list, remove), state: "" };
      rows.set(item.key, known);
      known.row.draw();
      if (known.state !== item.state) {
        known.state = item.state;
        const text = statusOf(item)[1];
        if (text && item.state !== "waiting") heard.textContent = `${item.name}: ${text}`;
      }
    }
    root.dataset.busy = String(items.some((item) => !["done", "failed"].includes(item.state)));
  };
  let drawing = 0;
  const changed = () => {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      draw();
    });
  };
  const queue = createQueue({
    findWay: async () => {
      const found = await findWay(channel, model.get("told").mark);
      root.dataset.way = found.name;
      return found;
    },
    finished: (id) => channel.say("finished", { id }, [], 3_600_000),
    removed: (id) => channel.say("remove", { id }),
    changed,
  });

  listeners.on(choose, "click", () => input.click());
  listeners.on(input, "change", () => {
    queue.add([...(input.files ?? [])]);
    input.value = "";
  });
  listeners.on(root, "dragover", (event) => {
    event.preventDefault();
    event.stopPropagation();
    drop.classList.add("over");
  });
  listeners.on(root, "dragleave", (event) => {
    if (!root.contains(event.relatedTarget)) drop.classList.remove("over");
  });
  listeners.on(root, "drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    drop.classList.remove("over");
    queue.add([...(event.dataTransfer?.files ?? [])]);
  });
  queue.arrived(model.get("told").files);
  return () => {
    if (drawing) cancelAnimationFrame(drawing);
    queue.dispose();
    channel.dispose();
    listeners.dispose();
    root.remove();
  };
}

export default { render };
