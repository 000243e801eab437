import { describe, expect, it } from "vitest";
import { cursorText, overviewTicks, spanText, timeAxis, windowText } from "../src/timeaxis.js";
import { fromWall, knownZone, offsetAt } from "../src/zone.js";

const at = (text) => Date.parse(`${text}Z`);
const DAY = 86_400_000;

describe("two rows of ticks", () => {
  it("shows hours and names each day where it begins", () => {
    const axis = timeAxis([at("2026-11-23T12:00"), at("2026-11-24T13:00")], 816, "UTC");
    expect(axis.upper.slice(0, 3).map((tick) => tick.text)).toEqual(["12:00", "14:00", "16:00"]);
    expect(axis.lower.map((tick) => tick.text)).toEqual(["Mon 2026-11-23", "Tue 2026-11-24"]);
    expect(axis.lower[1].time).toBe(at("2026-11-24T00:00"));
  });

  it("shows months and names each year", () => {
    const axis = timeAxis([at("2024-11-24T00:00"), at("2026-11-24T00:00")], 800, "UTC");
    expect(axis.upper[0].text).toBe("Jan");
    expect(axis.lower.map((tick) => tick.text)).toEqual(["2024", "2025", "2026"]);
  });

  it("shows days of a month", () => {
    const axis = timeAxis([at("2026-02-20T00:00"), at("2026-03-20T00:00")], 800, "UTC");
    expect(axis.upper.map((tick) => tick.text)).toEqual(expect.arrayContaining(["27", "1"]));
    expect(axis.lower.map((tick) => tick.text)).toEqual(["Feb 2026", "Mar 2026"]);
  });

  it("never sets labels nearer than they are wide, at any window from 10 ms to 100 years", () => {
    for (let span = 10; span < 100 * 365 * DAY; span *= 1.37) {
      for (const width of [240, 816, 1600]) {
        const { upper } = timeAxis([at("2020-02-28T23:59"), at("2020-02-28T23:59") + span], width, "UTC");
        const px = upper.map((tick) => ((tick.time - at("2020-02-28T23:59")) / span) * width);
        const shortest = Math.min(...px.slice(1).map((x, i) => x - px[i]), Infinity);
        const letters = Math.max(...upper.map((tick) => tick.text.length), 0);
        expect(shortest, `${span} ms on ${width} px`).toBeGreaterThan(letters * 5.5);
        expect(upper.length).toBeLessThan(width / 20 + 2);
      }
    }
  });

  it("puts ticks on full hours of the zone, across the change of clocks", () => {
    const axis = timeAxis([at("2026-03-28T12:00"), at("2026-03-30T12:00")], 816, "Europe/Berlin");
    expect(axis.upper.map((tick) => tick.text)).toContain("18:00");
    const midnight = axis.lower.find((tick) => tick.text.endsWith("29"));
    expect(midnight.time).toBeGreaterThanOrEqual(at("2026-03-28T22:00"));
  });
});

describe("zones", () => {
  it("knows how far a clock is ahead", () => {
    expect(offsetAt(at("2026-01-01T00:00"), "Europe/Berlin")).toBe(3_600_000);
    expect(offsetAt(at("2026-07-01T00:00"), "Europe/Berlin")).toBe(7_200_000);
    expect(fromWall(at("2026-07-01T02:00"), "Europe/Berlin")).toBe(at("2026-07-01T00:00"));
  });

  it("falls back to UTC where a zone is unknown", () => {
    expect(knownZone("Nowhere/Town")).toBe("UTC");
    expect(knownZone(undefined)).toBe("UTC");
  });
});

describe("moments in words", () => {
  it("writes the cursor's time by the width of the window", () => {
    expect(cursorText(at("2026-11-24T06:40"), 2 * DAY, "UTC")).toBe("Tue 06:40");
    expect(cursorText(at("2026-03-12T14:00"), 700 * DAY, "UTC")).toBe("Thu 12 Mar 2026 14:00");
  });

  it("writes a window with its zone", () => {
    expect(windowText([at("2026-11-24T04:10"), at("2026-11-24T09:30")], "UTC")).toBe("2026-11-24 04:10–09:30 UTC");
    expect(windowText([at("2026-11-22T18:00"), at("2026-11-24T18:00")], "UTC")).toBe(
      "2026-11-22 18:00 to 2026-11-24 18:00 UTC",
    );
    expect(spanText(520 * DAY)).toBe("17 months");
    expect(overviewTicks([at("2025-06-24T00:00"), at("2026-11-24T00:00")], 816, "UTC")[0].text).toBe("Jul 2025");
  });
});
