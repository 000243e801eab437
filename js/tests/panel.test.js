// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import link from "../src/page-link.js";
import panel from "../src/panel.js";

/** A model as anywidget gives it, which counts who listens. */
function fakeModel(state) {
  const listeners = new Map();
  return {
    sent: [],
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const act of listeners.get(`change:${name}`) ?? []) act();
    },
    on: (name, act) => listeners.set(name, [...(listeners.get(name) ?? []), act]),
    off: (name, act) =>
      listeners.set(
        name,
        (listeners.get(name) ?? []).filter((one) => one !== act),
      ),
    send(message) {
      this.sent.push(message);
    },
    message(content, buffers) {
      for (const act of listeners.get("msg:custom") ?? []) act(content, buffers);
    },
    count: () => [...listeners.values()].reduce((sum, one) => sum + one.length, 0),
  };
}

const ROWS = `<table><tbody>
  <tr tabindex="0" data-act="event" data-value="1"><td>one</td></tr>
  <tr tabindex="0" data-act="event" data-value="0"><td>two</td></tr></tbody></table>`;

let el;
beforeEach(() => {
  el = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  el.remove();
  vi.useRealTimers();
});

const press = (node, key) => node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

describe("panel", () => {
  it("sends what was clicked, whatever lies inside the control", () => {
    const model = fakeModel({ html: '<button data-act="step" data-value="1"><svg></svg></button>', classes: "x" });
    panel.render({ model, el });
    el.querySelector("svg").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.sent).toEqual([{ act: "step", value: "1" }]);
    expect(el.className).toBe("x");
  });

  it("does not send from a disabled control", () => {
    const model = fakeModel({ html: '<button data-act="step" disabled><i></i></button>', classes: "" });
    panel.render({ model, el });
    el.querySelector("i").dispatchEvent(new MouseEvent("click", { bubbles: true }));
    expect(model.sent).toEqual([]);
  });

  it("moves between rows by arrows and chooses by enter", () => {
    const model = fakeModel({ html: ROWS, classes: "" });
    panel.render({ model, el });
    const [first, second] = el.querySelectorAll("tr");
    first.focus();
    press(first, "ArrowDown");
    expect(document.activeElement).toBe(second);
    press(second, "Enter");
    expect(model.sent).toEqual([{ act: "event", value: "0" }]);
  });

  it("keeps the focus on the same control when the markup is exchanged", () => {
    const model = fakeModel({ html: ROWS, classes: "" });
    panel.render({ model, el });
    el.querySelectorAll("tr")[1].focus();
    model.set("html", ROWS.replace("two", "three"));
    expect(document.activeElement.textContent).toBe("three");
  });

  it("sends typed text once, after a pause", () => {
    vi.useFakeTimers();
    const model = fakeModel({ html: '<input data-act="find">', classes: "" });
    panel.render({ model, el });
    const input = el.querySelector("input");
    for (const text of ["f", "fl", "flow"]) {
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    vi.runAllTimers();
    expect(model.sent).toEqual([{ act: "find", value: "flow" }]);
  });

  it("sends typed text before the click that follows it at once", () => {
    vi.useFakeTimers();
    const model = fakeModel({
      html: '<input data-act="note"><button data-act="answer" data-value="real">',
      classes: "",
    });
    panel.render({ model, el });
    const input = el.querySelector("input");
    input.value = "seal";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    el.querySelector("button").click();
    vi.runAllTimers();
    expect(model.sent).toEqual([
      { act: "note", value: "seal" },
      { act: "answer", value: "real" },
    ]);
  });

  it("leaves no listener behind", () => {
    const model = fakeModel({ html: ROWS, classes: "" });
    for (let turn = 0; turn < 100; turn += 1) panel.render({ model, el })();
    expect(model.count()).toBe(0);
    el.querySelector("tr").click();
    expect(model.sent).toEqual([]);
  });
});

describe("page link", () => {
  it("writes the address, steps back and cleans up", () => {
    const model = fakeModel({ query: "", title: "Projects", is_step: false });
    const before = history.length;
    const dispose = link.render({ model, el });
    expect(document.title).toBe("Projects");
    model.set("query", "project=pump&page=review");
    expect(location.search).toBe("?project=pump&page=review");
    expect(history.length).toBe(before);
    model.set("is_step", true);
    model.set("query", "project=pump&page=results");
    expect(history.length).toBe(before + 1);
    window.dispatchEvent(new PopStateEvent("popstate"));
    expect(model.sent).toEqual([{ act: "address", value: "project=pump&page=results" }]);
    dispose();
    expect(model.count()).toBe(0);
    window.dispatchEvent(new PopStateEvent("popstate"));
    expect(model.sent.length).toBe(1);
  });
});
