// Labels by pointer and key: draw, take hold of edges, move, and everything without a mouse.
import { rowsFor, shownPanels } from "./model.js";
import { panWindow, zoomWindow } from "./range.js";
import { timeScale } from "./scale.js";
import { edgeKey, GRAB } from "./selection.js";
import { neighbour, snapped } from "./label-state.js";

/** @typedef {import("./range.js").Range} Range */
/** @typedef {import("./interaction.js").Point} Point */
/** @typedef {import("./interaction.js").Gesture} Gesture */
/** @typedef {import("./label-state.js").Label} Label */

export const KEYS = [
  ["← →", "along the series, with shift ten times as far"],
  ["enter", "start a label, then end it"],
  ["[ ]", "move the edges of the selected label outwards"],
  ["{ }", "move them inwards"],
  ["alt ← →", "move the selected labels"],
  ["n p", "next, previous label or event"],
  ["e", "make a label of the event at the cursor"],
  ["1 2 3", "anomaly, no anomaly, neutral"],
  ["del", "remove the selected labels"],
  ["ctrl Z", "undo, with shift redo"],
  ["ctrl A", "select all labels"],
  ["l", "draw labels by dragging, on and off"],
  ["+ −", "zoom at the cursor"],
  ["page up, page down", "earlier, later"],
  ["0", "everything"],
  ["esc", "leave what was begun"],
];
const RATINGS = ["ANOMALY", "NO_ANOMALY", "NEUTRAL"];

/**
 * @param {object} options
 * @param {() => import("./chart.js").Chart | null} options.chart
 * @param {import("./label-state.js").LabelState} options.labels
 * @param {() => boolean} options.canEdit
 * @param {() => number} options.rowMs usual distance of rows
 * @param {() => void} options.redraw
 * @param {() => void} options.showKeys
 * @param {() => void} options.save
 */
export function labelTools({ chart, labels, canEdit, rowMs, redraw, showKeys, save }) {
  /** @type {Range | null} label that is being drawn */
  let draft = null;
  /** @type {number | null} where a label was started by key */
  let started = null;
  /** @type {Map<number, Range> | null} labels as a drag has them */
  let held = null;

  const now = () => /** @type {import("./chart.js").Chart} */ (chart());
  const scale = () => timeScale(now().state.window, now().layout.plot);
  const snap = (/** @type {number} */ time) => {
    const { state } = now();
    const panel = shownPanels(state)[0];
    const x = panel && rowsFor(panel, state.window) !== panel.rows ? rowsFor(panel, state.window).x : [];
    return Math.min(Math.max(snapped(x, time, scale().perMs), state.whole[0]), state.whole[1]);
  };
  const step = () => Math.max(rowMs(), (now().state.window[1] - now().state.window[0]) / 200);
  const selected = () => labels.labels().filter((label) => labels.selected().includes(label.key));
  const at = (/** @type {Point} */ { x, y }) => {
    const { plot, labels: strip } = now().layout;
    if (x < plot.x || x > plot.x + plot.w || y < (strip?.y ?? plot.y) || y > plot.y + plot.h) return null;
    const time = scale().time(x);
    const near = 2 / scale().perMs;
    const hits = labels.labels().filter((label) => time >= label.start - near && time <= label.end + near);
    return { time, label: hits.sort((a, b) => a.end - a.start - (b.end - b.start))[0] };
  };
  /** @param {Point} point @returns {{label: Label, edge: "start" | "end"} | null} */
  const edge = (point) => {
    if (!canEdit() || !at(point)) return null;
    for (const label of selected()) {
      const [toStart, toEnd] = [label.start, label.end].map((time) => point.x - scale().px(time));
      if (Math.min(Math.abs(toStart), Math.abs(toEnd)) > GRAB) continue;
      const isStart = Math.abs(toStart) < Math.abs(toEnd) || (toStart === toEnd && toStart < 0);
      return { label, edge: isStart ? "start" : "end" };
    }
    return null;
  };
  /** @param {{label: Label, edge: "start" | "end"}} grip @returns {Gesture} */
  const resizing = ({ label, edge: which }) => {
    const fixed = which === "start" ? label.end : label.start;
    const range = (/** @type {Point} */ point) => {
      const time = snap(scale().time(point.x));
      return /** @type {Range} */ ([Math.min(fixed, time), Math.max(fixed, time)]);
    };
    return {
      move(point) {
        held = new Map([[label.key, range(point)]]);
        redraw();
      },
      end(point) {
        held = null;
        const [start, end] = range(point);
        if (end > start && (start !== label.start || end !== label.end)) {
          labels.do({ act: "resize", key: label.key, start, end });
        }
        redraw();
      },
      cancel,
    };
  };
  const cancel = () => {
    draft = held = null;
    redraw();
  };
  /** @param {number} from @returns {Gesture} */
  const drawing = (from) => {
    const first = snap(from);
    const range = (/** @type {Point} */ point) => {
      const time = snap(scale().time(point.x));
      return /** @type {Range} */ ([Math.min(first, time), Math.max(first, time)]);
    };
    return {
      move(point) {
        draft = range(point);
        redraw();
      },
      end(point) {
        draft = null;
        const [start, end] = range(point);
        if ((end - start) * scale().perMs >= 3) labels.do({ act: "add", start, end });
        else labels.do({ act: "select", keys: [] });
        redraw();
      },
      cancel,
    };
  };
  /** @param {Label} label @param {Point} from @param {boolean} adds @returns {Gesture} */
  const moving = (label, from, adds) => {
    const moved = labels.selected().includes(label.key) ? selected() : [label];
    const by = (/** @type {Point} */ point) => (point.x - from.x) / scale().perMs;
    return {
      move(point) {
        if (Math.abs(point.x - from.x) < 4 && !held) return;
        held = new Map(moved.map((one) => [one.key, [one.start + by(point), one.end + by(point)]]));
        redraw();
      },
      end(point) {
        if (held) labels.do({ act: "move", keys: moved.map((one) => one.key), by: by(point) });
        else choose(label, adds);
        held = null;
        redraw();
      },
      cancel,
    };
  };
  const choose = (/** @type {Label} */ label, /** @type {boolean} */ adds) => {
    const before = labels.selected();
    const keys = !adds
      ? [label.key]
      : before.includes(label.key)
        ? before.filter((key) => key !== label.key)
        : [...before, label.key];
    labels.do({ act: "select", keys });
  };
  const setMode = (/** @type {boolean} */ on) => {
    now().root.dataset.mode = on ? "label" : "";
    redraw();
  };
  const isDrawing = () => now().root.dataset.mode === "label";

  /** Put the cursor somewhere and keep it in sight. @param {number} time */
  const walkTo = (time) => {
    const { state } = now();
    const there = Math.min(Math.max(time, state.whole[0]), state.whole[1]);
    const [start, end] = state.window;
    const margin = (end - start) * 0.05;
    if (there < start + margin || there > end - margin) {
      const half = (end - start) / 2;
      now().setWindow(panWindow([there - half, there + half], 0, state.whole));
    }
    now().setCursor(snap(there));
    redraw();
  };
  const cursor = () => now().state.cursor ?? (now().state.window[0] + now().state.window[1]) / 2;
  /** @param {1 | -1} way */
  const jump = (way) => {
    const { state } = now();
    const found = neighbour([...labels.labels(), ...state.events], cursor(), way);
    if (!found) return;
    const length = Math.max(state.window[1] - state.window[0], (found.end - found.start) * 1.5);
    const middle = (found.start + found.end) / 2;
    now().setWindow(panWindow([middle - length / 2, middle + length / 2], 0, state.whole));
    now().setCursor(found.start);
    const key = /** @type {Partial<Label>} */ (found).key;
    labels.do({ act: "select", keys: key === undefined ? [] : [key] });
    now().say(key === undefined ? "Event" : "Label");
    redraw();
  };
  const enter = () => {
    if (started === null) started = snap(cursor());
    else {
      const [start, end] = [started, snap(cursor())].sort((a, b) => a - b);
      started = null;
      if (end > start) labels.do({ act: "add", start, end });
    }
    redraw();
  };
  /** @param {KeyboardEvent} event */
  const command = (event) => {
    const name = event.key.toLowerCase();
    if (name === "z") labels.do({ act: event.shiftKey ? "redo" : "undo" });
    else if (name === "y") labels.do({ act: "redo" });
    else if (name === "a") labels.do({ act: "select", keys: labels.labels().map((label) => label.key) });
    else if (name === "s") save();
    else return false;
    redraw();
    return true;
  };
  /** @param {KeyboardEvent} event */
  const change = (event) => {
    const { key } = event;
    const chosen = selected();
    if (event.altKey) {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (!way || !chosen.length) return false;
      labels.do({ act: "move", keys: chosen.map((label) => label.key), by: way * step() });
    } else if (key === "Enter") enter();
    else if (key === "l") setMode(!isDrawing());
    else if (key === "e") {
      const event = now().state.events.find((one) => cursor() >= one.start - 0.5 && cursor() <= one.end);
      if (event) labels.do({ act: "add", start: event.start, end: event.end });
    } else if (key === "Delete" || key === "Backspace") {
      if (chosen.length) labels.do({ act: "delete", keys: chosen.map((label) => label.key) });
    } else if ("123".includes(key)) {
      const keys = chosen.map((label) => label.key);
      if (keys.length) labels.do({ act: "rate", keys, rating: RATINGS[Number(key) - 1] });
    } else if (chosen.length === 1) {
      const [label] = chosen;
      const range = edgeKey(key, [label.start, label.end], step(), now().state.whole);
      if (!range) return false;
      labels.do({ act: "resize", key: label.key, start: range[0], end: range[1], joins: event.repeat });
    } else return false;
    redraw();
    return true;
  };

  return {
    /** Labels as they are drawn, with what the pointer is doing to them. */
    drawn: () =>
      labels.labels().map((label) => {
        const range = held?.get(label.key);
        return range ? { ...label, start: range[0], end: range[1] } : label;
      }),
    setMode,
    isDrawing,
    /** Show a label of the table in the chart. @param {Label} label */
    show(label) {
      const { state } = now();
      const isSeen = label.start >= state.window[0] && label.end <= state.window[1];
      const wide = (label.end - label.start) * scale().perMs >= 8;
      if (isSeen && wide) return;
      const length = wide
        ? Math.max(state.window[1] - state.window[0], (label.end - label.start) * 1.5)
        : (label.end - label.start) * 12;
      const middle = (label.start + label.end) / 2;
      now().setWindow([middle - length / 2, middle + length / 2]);
    },
    /** @type {import("./chart.js").Tools} */
    tools: {
      press(point, event) {
        const grip = edge(point);
        if (grip) return resizing(grip);
        const hit = at(point);
        if (!hit || event.shiftKey) return null;
        const adds = event.ctrlKey || event.metaKey;
        if (canEdit() && isDrawing()) return hit.label ? moving(hit.label, point, adds) : drawing(hit.time);
        const { label } = hit;
        if (!label) return null;
        // Without the label mode a press selects and a drag moves the window, as everywhere else in the chart.
        const before = now().state.window;
        const { plot } = now().layout;
        return {
          move(to) {
            const share = (point.x - to.x) / plot.w;
            if (Math.abs(point.x - to.x) > 3) now().setWindow(panWindow(before, share, now().state.whole));
          },
          end(to) {
            if (Math.abs(point.x - to.x) <= 3) choose(label, adds);
            redraw();
          },
          cancel: () => now().setWindow(before),
        };
      },
      hover(point) {
        if (edge(point)) return "ew-resize";
        return at(point)?.label ? "pointer" : "";
      },
      key(event) {
        const { state } = now();
        if (event.key === "?") {
          showKeys();
          return true;
        }
        if (event.ctrlKey || event.metaKey) return canEdit() && !event.altKey && command(event);
        if (event.key === "Escape") {
          if (started !== null) started = null;
          else if (isDrawing()) setMode(false);
          else if (labels.selected().length) labels.do({ act: "select", keys: [] });
          else return false;
          redraw();
          return true;
        }
        if (canEdit() && change(event)) return true;
        const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (event.altKey) return false;
        if (way) walkTo(cursor() + way * step() * (event.shiftKey ? 10 : 1));
        else if (event.key === "n" || event.key === "p") jump(event.key === "n" ? 1 : -1);
        else if (event.key === "Home" || event.key === "End") walkTo(state.whole[event.key === "Home" ? 0 : 1]);
        else if (event.key === "PageUp") now().setWindow(panWindow(state.window, -0.8, state.whole));
        else if (event.key === "PageDown") now().setWindow(panWindow(state.window, 0.8, state.whole));
        else if ("+=-_".includes(event.key)) {
          const factor = "+=".includes(event.key) ? 0.5 : 2;
          now().setWindow(zoomWindow(state.window, factor, cursor(), state.whole));
        } else return false;
        return true;
      },
      draw({ ctx, state, scale: shown, theme }, { plot, labels: strip }) {
        const made = started === null ? draft : /** @type {Range} */ ([started, cursor()].sort((a, b) => a - b));
        ctx.save();
        ctx.beginPath();
        ctx.rect(plot.x - 5, 0, plot.w + 10, plot.y + plot.h + 1);
        ctx.clip();
        ctx.strokeStyle = theme.label;
        ctx.lineWidth = 1.5;
        if (made) {
          const [left, right] = made.map(shown.px);
          const top = strip?.y ?? plot.y;
          ctx.fillStyle = theme.label;
          ctx.globalAlpha = 0.16;
          ctx.fillRect(left, top, right - left, plot.y + plot.h - top);
          ctx.globalAlpha = 1;
          ctx.strokeRect(left, top, right - left, plot.y + plot.h - top);
        }
        ctx.fillStyle = theme.background;
        for (const label of state.labels) {
          if (!canEdit() || label.key === undefined || !state.held.has(label.key)) continue;
          for (const time of [label.start, label.end]) {
            ctx.beginPath();
            ctx.roundRect(shown.px(time) - 3, plot.y + plot.h / 2 - 12, 6, 24, 3);
            ctx.fill();
            ctx.stroke();
          }
        }
        ctx.restore();
      },
    },
  };
}
