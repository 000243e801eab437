import { describe, expect, it } from "vitest";
import { overviewGrip } from "../src/dragging.js";
import { keyWindow } from "../src/interaction.js";
import { createState, readingTime, rowsFor, splice } from "../src/model.js";
import { largestParts } from "../src/panels.js";
import { gapsBetween, isTold } from "../src/sensor-panel.js";
import { clampWindow, isWhole, lowerBound, nearest, panWindow, zoomWindow } from "../src/range.js";

const whole = [0, 1000];

describe("window", () => {
  it("keeps the moment under the pointer where it is", () => {
    const [start, end] = zoomWindow([200, 600], 0.5, 300, whole);
    expect([start, end]).toEqual([250, 450]);
    expect((300 - start) / (end - start)).toBe((300 - 200) / 400);
  });

  it("never leaves the data and never vanishes", () => {
    expect(panWindow([800, 900], 5, whole)).toEqual([900, 1000]);
    expect(zoomWindow([400, 600], 100, 500, whole)).toEqual(whole);
    const [start, end] = zoomWindow([400, 600], 1e-9, 500, whole);
    expect(end - start).toBe(10);
    expect(clampWindow([-50, -20], whole)).toEqual([0, 30]);
    expect(isWhole([0, 1000], whole) && !isWhole([0, 999], whole)).toBe(true);
  });

  it("is led by keys", () => {
    expect(keyWindow("ArrowRight", [0, 100], whole)).toEqual([20, 120]);
    expect(keyWindow("ArrowLeft", [20, 120], whole)).toEqual([0, 100]);
    expect(keyWindow("+", [0, 100], whole)).toEqual([25, 75]);
    expect(keyWindow("-", [400, 500], whole)).toEqual([350, 550]);
    expect(keyWindow("End", [0, 100], whole)).toEqual([900, 1000]);
    expect(keyWindow("Home", [400, 500], whole)).toEqual([0, 100]);
    expect(keyWindow("0", [400, 500], whole)).toEqual(whole);
    expect(keyWindow("x", [400, 500], whole)).toBeNull();
  });

  it("is gripped at its edges, in its middle or not at all", () => {
    const box = { x: 0, y: 0, w: 1000, h: 20 };
    const grip = (x) => overviewGrip(x, [200, 600], whole, box);
    expect([grip(203), grip(597), grip(400), grip(700)]).toEqual(["start", "end", "window", "elsewhere"]);
  });
});

describe("rows", () => {
  it("are found by time", () => {
    const x = [0, 10, 20];
    expect([lowerBound(x, 10), lowerBound(x, 11), lowerBound(x, 99)]).toEqual([1, 2, 3]);
    expect([nearest(x, 14), nearest(x, 16), nearest([], 1), nearest(x, -5)]).toEqual([1, 2, -1, 0]);
  });

  it("stay coarse until finer ones cover the window", () => {
    const panel = { id: "a", kind: "sensor", name: "a", rows: { x: [0], y: [1] }, detail: null };
    expect(rowsFor(panel, [0, 10]).y).toEqual([1]);
    panel.detail = { range: [0, 10], rows: { x: [0], y: [2] } };
    expect(rowsFor(panel, [0, 10]).y).toEqual([2]);
    expect(rowsFor(panel, [5, 15]).y).toEqual([1]);
  });

  it("carry full detail in places, the earlier one where two overlap", () => {
    const coarse = { x: [0, 10, 20, 30, 40], y: [0, 1, 2, 3, 4] };
    const fine = [
      { range: [9, 21], rows: { x: [9, 12, 18], y: [90, 91, 92], expected: [1, 1, 1] } },
      { range: [15, 25], rows: { x: [15, 18, 24], y: [80, 81, 82] } },
    ];
    const rows = splice(coarse, fine);
    expect([...rows.x]).toEqual([0, 9, 12, 18, 24, 30, 40]);
    expect([...rows.y]).toEqual([0, 90, 91, 92, 82, 3, 4]);
    expect(rows.expected[1]).toBe(1);
    expect(rows.expected[0]).toBeNaN();
  });
});

describe("what the panels choose", () => {
  const state = () =>
    createState({
      range: [0, 100],
      panels: [],
      events: [
        { start: 10, end: 20 },
        { start: 50, end: 60 },
      ],
    });
  const panel = {
    id: "c",
    kind: "contribution",
    name: "c",
    parts: ["a", "b", "c", "d", "e", "f"],
    rows: {
      x: [10, 15, 52, 58],
      parts: [
        [0, 0, 0.9, 0.9],
        [0.8, 0.8, 0, 0],
        [0.1, 0.1, 0, 0],
        [0, 0, 0, 0],
        [NaN, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    },
  };

  it("puts the largest parts of the chosen event first, five at most", () => {
    const one = state();
    one.chosen = 0;
    expect(largestParts(one, panel).slice(0, 2)).toEqual([1, 2]);
    one.chosen = 1;
    expect(largestParts(one, panel)[0]).toBe(0);
    expect(largestParts(one, panel)).toHaveLength(5);
  });

  it("reads values at the pointer, else in the chosen event, else at the end", () => {
    const one = state();
    expect(readingTime(one)).toBe(100);
    one.chosen = 0;
    expect(readingTime(one)).toBe(15);
    one.cursor = 42;
    expect(readingTime(one)).toBe(42);
  });

  it("draws what was expected only where it is known for most rows", () => {
    expect(isTold([1, 2, NaN], [0, 3])).toBe(true);
    expect(isTold([1, NaN, NaN], [0, 3])).toBe(false);
    expect(isTold(undefined, [0, 3]) || isTold([], [0, 0])).toBe(false);
  });

  it("leaves free what events do not cover", () => {
    const box = { x: 0, y: 0, w: 100, h: 1 };
    expect(
      gapsBetween(
        [
          { ...box, x: 40, w: 10 },
          { ...box, x: 45, w: 10 },
        ],
        box,
      ).map(({ x, w }) => [x, w]),
    ).toEqual([
      [0, 40],
      [55, 45],
    ]);
  });
});
