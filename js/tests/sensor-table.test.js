// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import table from "../src/sensor-table.js";
import { csvCell, csvText, ordered, rowsWith } from "../src/table-rows.js";

const HOSTILE = "<img src=x onerror=alert(1)>";
const COLUMNS = [
  { key: "name", title: "Sensor", kind: "name", values: ["flow", "p10", "p9", HOSTILE] },
  {
    key: "grade",
    title: "Grade",
    kind: "grade",
    values: [2, 1, 1, 3],
    texts: ["Medium", "High", "High", "Low"],
  },
  { key: "days", title: "Days", kind: "number", values: [30, null, 7, 7], texts: ["30", "–", "7", "7"] },
];

describe("rows", () => {
  it("are ordered by number or by word, what is missing last either way, equals as they came", () => {
    const all = [0, 1, 2, 3];
    expect(ordered(all, COLUMNS[2], 1)).toEqual([2, 3, 0, 1]);
    expect(ordered(all, COLUMNS[2], -1)).toEqual([0, 2, 3, 1]);
    expect(ordered(all, COLUMNS[0], 1).indexOf(2)).toBeLessThan(ordered(all, COLUMNS[0], 1).indexOf(1));
    expect(ordered([3, 1], undefined, 1)).toEqual([1, 3]);
  });

  it("are found by what is shown, in any column", () => {
    expect(rowsWith(COLUMNS, 4, " HIGH ")).toEqual([1, 2]);
    expect(rowsWith(COLUMNS, 4, "onerror")).toEqual([3]);
    expect(rowsWith(COLUMNS, 4, "")).toHaveLength(4);
  });

  it.each([
    ["=HYPERLINK(1)", `"'=HYPERLINK(1)"`],
    ["+1", `"'+1"`],
    ["-flow", `"'-flow"`],
    [" @sum", `"' @sum"`],
    ["\tx", `"'\tx"`],
    ['a "b", c', '"a ""b"", c"'],
    ["plain", "plain"],
    [-3.5, "-3.5"],
    [null, ""],
  ])("leave no formula in a file: %j", (value, cell) => expect(csvCell(value)).toBe(cell));

  it("become a file with the words that are shown and the whole numbers", () => {
    expect(csvText(COLUMNS, [1, 0])).toBe("Sensor,Grade,Days\r\np10,High,\r\nflow,Medium,30\r\n");
  });
});

function fakeModel(state) {
  const listeners = new Map();
  return {
    state,
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const act of listeners.get(`change:${name}`) ?? []) act();
    },
    save_changes() {},
    on: (name, act) => listeners.set(name, [...(listeners.get(name) ?? []), act]),
    off: (name, act) =>
      listeners.set(
        name,
        (listeners.get(name) ?? []).filter((one) => one !== act),
      ),
    count: () => [...listeners.values()].reduce((sum, one) => sum + one.length, 0),
  };
}

describe("the table", () => {
  let el, model, end;
  const rows = () => [...el.querySelectorAll("tbody tr[data-row]")];
  const names = () => rows().map((row) => row.querySelector(".l4e-cut").textContent);
  const press = (key, more = {}) =>
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  beforeEach(() => {
    el = document.body.appendChild(document.createElement("div"));
    model = fakeModel({
      columns: COLUMNS,
      keys_of_rows: COLUMNS[0].values,
      selected: [],
      hidden: [],
      order: { key: "", direction: 0 },
      query: "",
      title: "Sensors",
    });
    end = table.render({ model, el });
  });
  afterEach(() => {
    end();
    el.remove();
    vi.useRealTimers();
  });

  it("shows names as text and says its order to a screen reader", () => {
    expect(el.querySelector("img")).toBeNull();
    expect(names()).toEqual(COLUMNS[0].values);
    el.querySelector("[data-key=days]").click();
    expect(el.querySelector("[aria-sort=ascending]").textContent).toBe("Days");
    expect(names()).toEqual(["p9", HOSTILE, "flow", "p10"]);
    el.querySelector("[data-key=days]").click();
    expect(el.querySelector("[aria-sort=descending]")).not.toBeNull();
    expect(names()[0]).toBe("flow");
    el.querySelector("[data-key=days]").click();
    expect(names()).toEqual(COLUMNS[0].values);
  });

  it("is filtered by typing and says how many are left", () => {
    vi.useFakeTimers();
    const find = el.querySelector("input[type=search]");
    find.value = "p1";
    find.dispatchEvent(new Event("input", { bubbles: true }));
    vi.runAllTimers();
    expect(names()).toEqual(["p10"]);
    expect(el.querySelector("[role=status]").textContent).toBe("1 of 4 sensors");
    model.set("query", "nothing");
    expect(el.querySelector("tbody").textContent).toContain("No sensor fits");
  });

  it("is used by keys alone", () => {
    rows()[0].focus();
    press(" ");
    press("ArrowDown");
    expect(document.activeElement).toBe(rows()[1]);
    press("ArrowDown", { shiftKey: true });
    expect(model.state.selected).toEqual(["flow", "p10", "p9"]);
    expect(rows()[2].getAttribute("aria-selected")).toBe("true");
    press("End");
    press(" ");
    expect(model.state.selected).toContain(HOSTILE);
    press("Escape");
    expect(model.state.selected).toEqual([]);
    expect(rows().filter((row) => row.tabIndex === 0)).toHaveLength(1);
  });

  it("hides a column that is not chosen", () => {
    const box = el.querySelector("[data-column=days]");
    box.checked = false;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    expect(model.state.hidden).toEqual(["days"]);
    expect(el.querySelectorAll("thead th")).toHaveLength(2);
    expect(el.querySelector("summary").textContent).toBe("Columns: 2 of 3");
  });

  it("leaves no listener behind", () => {
    end();
    for (let turn = 0; turn < 100; turn += 1) table.render({ model, el })();
    expect(model.count()).toBe(0);
    expect(el.innerHTML).toBe("");
  });
});
