// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { createChart } from "../src/chart.js";

afterEach(() => vi.unstubAllGlobals());

it("reads its colours again once it stands on the page", () => {
  /** @type {() => void} */
  let sized = () => {};
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(act) {
        sized = act;
      }
      observe() {}
      disconnect() {}
    },
  );
  const reading = vi.spyOn(window, "getComputedStyle");
  const place = document.createElement("div");
  const rows = { x: [0, 1000], y: [1, 2] };
  const chart = createChart(place, { range: [0, 1000], panels: [{ id: "s", kind: "sensor", name: "flow", rows }] });
  const before = reading.mock.calls.length;
  sized();
  expect(reading.mock.calls.length).toBe(before);
  document.body.append(place);
  sized();
  expect(reading.mock.calls.length).toBe(before + 1);
  sized();
  expect(reading.mock.calls.length).toBe(before + 1);
  chart.destroy();
  place.remove();
});
