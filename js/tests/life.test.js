// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createChart } from "../src/chart.js";
import { windowCsv } from "../src/exports.js";
import { reportPanels, withSensor } from "../src/report.js";
import widget from "../src/widget.js";
import { createRequests, panelRows } from "../src/wire.js";

const description = () => ({
  range: [0, 1000],
  panels: [
    { id: "score", kind: "score", name: "Score", rows: { x: [0, 500, 1000], y: [0.1, 0.95, NaN] } },
    { id: "s", kind: "sensor", name: 'flow, "raw"', unit: "l/s", rows: { x: [0, 500], y: [1, 2], expected: [1, 1] } },
  ],
  events: [{ start: 400, end: 600 }],
});

let listening = 0;
let observing = 0;
const original = { add: EventTarget.prototype.addEventListener, remove: EventTarget.prototype.removeEventListener };

beforeEach(() => {
  listening = observing = 0;
  EventTarget.prototype.addEventListener = function (...args) {
    listening += 1;
    return original.add.apply(this, args);
  };
  EventTarget.prototype.removeEventListener = function (...args) {
    listening -= 1;
    return original.remove.apply(this, args);
  };
  const Observer = class {
    observe() {
      if (!this.on) observing += 1;
      this.on = true;
    }
    disconnect() {
      observing -= 1;
    }
  };
  vi.stubGlobal("ResizeObserver", Observer);
  vi.stubGlobal("MutationObserver", Observer);
});

afterEach(() => {
  EventTarget.prototype.addEventListener = original.add;
  EventTarget.prototype.removeEventListener = original.remove;
  vi.unstubAllGlobals();
});

function fakeModel(state) {
  const handlers = new Map();
  return {
    sent: [],
    handlers,
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
    },
    save_changes() {},
    on: (name, handler) => handlers.set(name, [...(handlers.get(name) ?? []), handler]),
    off: (name, handler) =>
      handlers.set(
        name,
        handlers.get(name).filter((one) => one !== handler),
      ),
    send(message) {
      this.sent.push(message);
    },
  };
}

function wire() {
  const buffer = new ArrayBuffer(2 * 8 + 2 * 4);
  new Float64Array(buffer, 0, 2).set([0, 1000]);
  new Float32Array(buffer, 16, 2).set([1, 2]);
  return {
    title: "Pump",
    window: [],
    data: new DataView(buffer),
    description: {
      range: [0, 1000],
      panels: [{ id: "p0", kind: "sensor", name: "<img src=x onerror=alert(1)>", unit: "" }],
      parts: [{ rows: 2, panels: [{ id: "p0", columns: ["y"] }] }],
    },
  };
}

describe("life of a chart", () => {
  it("leaves no listener, observer or element after 100 times", () => {
    const place = document.createElement("div");
    for (let i = 0; i < 100; i += 1) createChart(place, description()).destroy();
    expect([listening, observing, place.children.length]).toEqual([0, 0, 0]);
  });

  it("as a widget leaves nothing on the model or the page after 100 times", () => {
    const el = document.createElement("div");
    const model = fakeModel(wire());
    for (let i = 0; i < 100; i += 1) widget.render({ model, el })();
    expect([listening, observing, el.children.length]).toEqual([0, 0, 0]);
    expect([...model.handlers.values()].flat()).toHaveLength(0);
  });

  it("moves by key and by wheel, and back by double click", () => {
    const place = document.body.appendChild(document.createElement("div"));
    const onWindow = vi.fn();
    const chart = createChart(place, description(), { onWindow });
    chart.root.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
    expect(chart.window).toEqual([250, 750]);
    chart.root.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    expect(chart.root.dataset.window).toBe("350 850");
    chart.root.dispatchEvent(new MouseEvent("dblclick"));
    expect(chart.window).toEqual([0, 1000]);
    expect(onWindow).toHaveBeenCalledTimes(3);
    chart.destroy();
  });

  it("puts names on the page as text only", () => {
    const el = document.createElement("div");
    const end = widget.render({ model: fakeModel(wire()), el });
    expect(el.querySelector("img")).toBeNull();
    end();
  });
});

describe("detail from the kernel", () => {
  it("asks once at a time, drops what is stale and asks for the last window wanted", () => {
    const sent = [];
    const requests = createRequests((message) => sent.push(message), "v");
    requests.want([0, 10], 100);
    requests.want([0, 20], 100);
    requests.want([0, 30], 100);
    expect(sent).toHaveLength(1);
    expect(requests.accept({ view: "other", request: 1 })).toBe(false);
    expect(requests.accept({ view: "v", request: 7 })).toBe(false);
    expect(requests.accept({ view: "v", request: 1 })).toBe(false);
    expect(sent.map((message) => message.end)).toEqual([10, 30]);
    expect(requests.accept({ view: "v", request: 2 })).toBe(true);
  });

  it("reads several parts with times of their own from one buffer", () => {
    const buffer = new ArrayBuffer(1 * 8 + 2 * 4 + 2 * 8 + 2 * 4);
    new Float64Array(buffer, 0, 1).set([5]);
    new Float32Array(buffer, 8, 2).set([1, 2]);
    new Float64Array(buffer, 16, 2).set([6, 7]);
    new Float32Array(buffer, 32, 2).set([3, 4]);
    const rows = panelRows(
      [
        { rows: 1, panels: [{ id: "a", columns: ["y", "expected"] }] },
        { rows: 2, panels: [{ id: "b", columns: ["part"] }] },
      ],
      buffer,
    );
    expect([...rows.get("a").expected]).toEqual([2]);
    expect([...rows.get("b").x]).toEqual([6, 7]);
    expect([...rows.get("b").parts[0]]).toEqual([3, 4]);
  });
});

describe("what can be taken away", () => {
  it("is a table of the window with quoted names", () => {
    const chart = createChart(document.createElement("div"), { ...description(), window: [0, 900] });
    expect(windowCsv(chart.state).split("\r\n")).toEqual([
      'timestamp,Score,"flow, ""raw"" [l/s]","flow, ""raw"" expected [l/s]"',
      "1970-01-01T00:00:00.000Z,0.1,1,1",
      "1970-01-01T00:00:00.500Z,0.95,2,1",
      "",
    ]);
    chart.destroy();
  });
});

describe("report", () => {
  it("shows another sensor in place of the last", () => {
    expect(withSensor(["score", "s1", "s2"], "s7")).toEqual(["score", "s7", "s1"]);
    expect(withSensor(["score", "s1", "s2"], "s2")).toEqual(["score", "s2", "s1"]);
  });

  it("gives each panel its rows, and none where nothing is packed", () => {
    const panels = reportPanels({
      panels: [
        { id: "score", kind: "score", name: "Score" },
        { id: "s0", kind: "sensor", name: "a" },
      ],
      coarse: [
        {
          times: { start: 0, unit: 1, n: 1, step: 1 },
          columns: { score: { y: { type: "u1", low: 0, high: 1, data: btoa("\x7f") } } },
        },
      ],
      fine: [],
    });
    expect(panels[0].rows.y[0]).toBeCloseTo(0.5);
    expect(panels[1].rows.x).toHaveLength(0);
  });
});
