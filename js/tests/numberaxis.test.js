import { describe, expect, it } from "vitest";
import { innerRange, numberText, quantityText, valueAxis } from "../src/numberaxis.js";

describe("numbers", () => {
  it("have thin spaces, a true minus and a dash for what is missing", () => {
    expect(numberText(1051200, 0)).toBe("1\u2009051\u2009200");
    expect(numberText(1234, 0)).toBe("1234");
    expect(numberText(-0.25, 2)).toBe("\u22120.25");
    expect(numberText(-0.001, 1)).toBe("0.0");
    expect(numberText(NaN)).toBe("–");
    expect(numberText(1.2e300)).toBe("1.2·10³⁰⁰");
    expect(quantityText(8.7, "bar", 1)).toBe("8.7\u202fbar");
    expect(quantityText(NaN, "bar")).toBe("–");
  });
});

describe("value axis", () => {
  it("has three even ticks that hold the range", () => {
    for (const [low, high] of [
      [8.5, 12.7],
      [52, 79],
      [-3, 4],
      [0, 1e-7],
      [1e6, 1.00001e6],
      [-1e300, 1e300],
      [5, 5],
      [0, 0],
    ]) {
      const axis = valueAxis([low, high]);
      expect(axis.ticks).toHaveLength(3);
      expect(axis.low).toBeLessThanOrEqual(low + (high - low) * 0.02);
      expect(axis.high).toBeGreaterThanOrEqual(high);
      expect(axis.ticks[2] - axis.ticks[1]).toBeCloseTo(axis.ticks[1] - axis.ticks[0], 6);
      expect(new Set(axis.ticks.map((tick) => numberText(tick, axis.decimals))).size).toBe(3);
    }
  });

  it("takes round ticks", () => {
    expect(valueAxis([55, 78]).ticks).toEqual([50, 65, 80]);
    expect(valueAxis([0, 1]).ticks).toEqual([0, 0.5, 1]);
    expect(valueAxis([-1e-5, 60.4]).ticks[0]).toBe(0);
    expect(numberText(-9.6e-6, 1)).toBe("0.0");
    expect(valueAxis(null).ticks[0]).toBeLessThanOrEqual(0);
  });

  it("looks at the inner 99 % and skips off-time and gaps", () => {
    const y = Float64Array.from({ length: 1000 }, (_, i) => (i === 500 ? 1e6 : i % 10));
    y[3] = NaN;
    expect(innerRange([y], 0, 1000)).toEqual([0, 9]);
    expect(innerRange([y], 0, 1000, (row) => row % 10 > 4)).toEqual([0, 4]);
    expect(innerRange([Float64Array.of(NaN)], 0, 1)).toBeNull();
  });
});
