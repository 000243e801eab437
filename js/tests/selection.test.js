// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { createChart } from "../src/chart.js";
import { createState } from "../src/model.js";
import { fixedAxis } from "../src/numberaxis.js";
import { edgeAt, edgeKey, rangeGesture, selectionKey } from "../src/selection.js";
import { valueGesture, zoomPanel } from "../src/value-zoom.js";

const panel = { id: "a", kind: "sensor", name: "a", rows: { x: [0, 1000], y: [1, 2] } };
const state = (more = {}) => createState({ range: [0, 1000], panels: [panel], ...more });
const layout = { plot: { x: 0, y: 20, w: 500, h: 100 }, panels: [{ x: 50, y: 20, w: 500, h: 100 }] };
const press = (key, more = {}) => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("selection", () => {
  it("moves one edge by each bracket and never turns around", () => {
    expect(edgeKey("[", [100, 200], 20, [0, 1000])).toEqual([80, 200]);
    expect(edgeKey("{", [100, 200], 20, [0, 1000])).toEqual([120, 200]);
    expect(edgeKey("]", [100, 990], 20, [0, 1000])).toEqual([100, 1000]);
    expect(edgeKey("}", [100, 200], 20, [0, 1000])).toEqual([100, 180]);
    expect(edgeKey("}", [100, 110], 20, [0, 1000])).toBeNull();
    expect(edgeKey("x", [100, 200], 20, [0, 1000])).toBeNull();
  });

  it("begins at the cursor by shift and arrow, grows, and ends by escape", () => {
    const one = state();
    one.cursor = 400;
    expect(selectionKey(press("ArrowRight", { shiftKey: true }), one)).toEqual([400, 420]);
    one.selection = [400, 420];
    expect(selectionKey(press("ArrowRight", { shiftKey: true }), one)).toEqual([400, 440]);
    expect(selectionKey(press("Escape"), one)).toBeNull();
    expect(selectionKey(press("ArrowRight"), one)).toBeUndefined();
  });

  it("is gripped within six pixels of an edge", () => {
    const one = state({ selection: [200, 400] });
    expect(edgeAt({ x: 106, y: 50 }, one.selection, one, layout)).toBe("start");
    expect(edgeAt({ x: 195, y: 50 }, one.selection, one, layout)).toBe("end");
    expect(edgeAt({ x: 107, y: 50 }, one.selection, one, layout)).toBeNull();
  });

  it("is drawn from either side, undone by a cancel, and too small a one is none", () => {
    const one = state();
    const [set, done] = [vi.fn(), vi.fn()];
    const gesture = rangeGesture(500, { state: one, layout: () => layout, set, done, before: null });
    gesture.move({ x: 100, y: 0 });
    expect(set).toHaveBeenLastCalledWith([200, 500]);
    gesture.end({ x: 900, y: 0 });
    expect(done).toHaveBeenLastCalledWith([500, 1000]);
    gesture.end({ x: 250, y: 0 });
    expect(done).toHaveBeenLastCalledWith(null);
    gesture.cancel();
    expect(set).toHaveBeenLastCalledWith(null);
  });

  it("is told once when it is finished by key", () => {
    const onSelection = vi.fn();
    const chart = createChart(document.body, { range: [0, 1000], panels: [panel] }, { onSelection });
    chart.root.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true }));
    expect(onSelection).toHaveBeenCalledExactlyOnceWith([500, 520]);
    expect(chart.window).toEqual([0, 1000]);
    chart.destroy();
  });
});

describe("values", () => {
  it("have round ticks inside exactly the range a reader chose", () => {
    const axis = fixedAxis([1.3, 9.1]);
    expect([axis.low, axis.high]).toEqual([1.3, 9.1]);
    expect(axis.ticks).toEqual([2.5, 5, 7.5]);
    expect(fixedAxis([0, 1e-9]).ticks.length).toBeGreaterThan(1);
  });

  it("zoom around a place and pan with the pointer, also upside down", () => {
    const one = state();
    one.axes.set("a", { low: 0, high: 10, ticks: [0, 5, 10], decimals: 0 });
    zoomPanel(one, "a", 0.5, 0.2);
    expect(one.ranges.get("a")).toEqual([1, 6]);
    const wide = { ...layout, plot: { ...layout.plot, x: 50 } };
    const gesture = valueGesture(one, wide, { x: 10, y: 50 }, () => {});
    gesture.move({ x: 10, y: 70 });
    expect(one.ranges.get("a")).toEqual([2, 7]);
    one.inverted.add("a");
    gesture.cancel();
    expect(one.ranges.get("a")).toEqual([1, 6]);
    valueGesture(one, wide, { x: 10, y: 50 }, () => {}).move({ x: 10, y: 70 });
    expect(one.ranges.get("a")).toEqual([0, 5]);
    expect(valueGesture(one, wide, { x: 60, y: 50 }, () => {})).toBeNull();
  });

  it("survive numbers without extent", () => {
    const one = state();
    one.axes.set("a", { low: 1e300, high: 1e300, ticks: [], decimals: 0 });
    zoomPanel(one, "a", 0.5);
    expect(one.ranges.has("a")).toBe(false);
    expect(createState({ range: [5000, 5000], panels: [] }).whole).toEqual([4500, 5500]);
  });
});
