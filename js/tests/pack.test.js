import { describe, expect, it } from "vitest";
import { unpackBuffer, unpackColumn, unpackTimes } from "../src/pack.js";

const base64 = (array) => btoa(String.fromCharCode(...new Uint8Array(array.buffer)));

describe("times", () => {
  it("come back from one step, and from distances of 1, 2 and 4 bytes", () => {
    expect([...unpackTimes({ start: 1000, unit: 60000, n: 3, step: 2 })]).toEqual([1000, 121000, 241000]);
    for (const [bytes, Kind] of [
      [1, Uint8Array],
      [2, Uint16Array],
      [4, Uint32Array],
    ]) {
      const packed = { start: 5, unit: 10, n: 3, bytes, data: base64(Kind.of(1, 200)) };
      expect([...unpackTimes(packed)]).toEqual([5, 15, 2015]);
    }
    expect(unpackTimes({ start: 0, unit: 1, n: 0, step: 1 })).toHaveLength(0);
  });
});

describe("columns", () => {
  it("come back from steps, with gaps", () => {
    const values = unpackColumn({ type: "u2", low: -1, high: 3, data: base64(Uint16Array.of(0, 65534, 65535, 32767)) });
    expect([values[0], values[1], values[3]]).toEqual([-1, 3, 1]);
    expect(values[2]).toBeNaN();
    const shares = unpackColumn({ type: "u1", low: 0, high: 1, data: base64(Uint8Array.of(254, 255)) });
    expect([...shares]).toEqual([1, NaN]);
    expect([...unpackColumn({ type: "f4", data: base64(Float32Array.of(1.5, NaN)) })]).toEqual([1.5, NaN]);
  });

  it("come back from a buffer that begins at an odd byte", () => {
    const bytes = new Uint8Array(3 + 2 * 8 + 2 * 2 * 4);
    bytes.set(new Uint8Array(Float64Array.of(10, 20).buffer), 3);
    bytes.set(new Uint8Array(Float32Array.of(1, 2, 3, NaN).buffer), 19);
    const { x, columns, bytes: used } = unpackBuffer(new DataView(bytes.buffer, 3), 2, 2);
    expect([...x]).toEqual([10, 20]);
    expect([...columns[0]]).toEqual([1, 2]);
    expect(columns[1][1]).toBeNaN();
    expect(used).toBe(32);
  });
});
