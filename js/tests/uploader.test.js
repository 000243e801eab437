// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { progressText, statusOf, render } from "../src/uploader.js";

const HOSTILE = "<img src=x onerror=window.hacked=1>.csv";

function fakeModel() {
  const handlers = new Set();
  return {
    handlers,
    sent: [],
    get: (name) =>
      name === "told" ? { files: [{ id: "a", name: HOSTILE, size: 412.6e6 }], mark: "m" } : "Upload files",
    on: (_, act) => handlers.add(act),
    off: (_, act) => handlers.delete(act),
    send(content) {
      this.sent.push(content);
      for (const act of handlers) act({ kind: "answer", view: content.view, seq: content.seq, answer: {} });
    },
  };
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

it("shows what the kernel has, names as text, each control with a name of its own", async () => {
  const el = document.body.appendChild(document.createElement("div"));
  const model = fakeModel();
  const end = render({ model, el });
  await frame();
  await frame();
  expect(el.querySelector("img")).toBeNull();
  expect(el.querySelector("li").textContent).toContain(HOSTILE);
  expect(el.querySelector("li").textContent).toContain("412.6 MB");
  expect(el.querySelector("[role=group]").getAttribute("aria-label")).toBe("Upload files");
  const cross = el.querySelector("li button");
  expect(cross.getAttribute("aria-label")).toBe(`Take ${HOSTILE} off the list`);
  cross.click();
  await frame();
  await frame();
  expect(el.querySelectorAll("li").length).toBe(0);
  expect(model.sent.map((one) => [one.verb, one.id])).toEqual([["remove", "a"]]);
  end();
  expect(el.innerHTML).toBe("");
});

it("mounted and taken away a hundred times it leaves nothing", () => {
  const model = fakeModel();
  const el = document.body.appendChild(document.createElement("div"));
  for (let i = 0; i < 100; i += 1) render({ model, el })();
  expect(model.handlers.size).toBe(0);
  expect(el.innerHTML).toBe("");
});

it("says in words how far a file is", () => {
  const item = { state: "sending", sent: 263.4e6, size: 418.1e6, speed: 58e6, file: {} };
  expect(progressText(item)).toBe("263.4 MB of 418.1 MB, 58.0 MB/s, 3 s left");
  expect(statusOf({ ...item, state: "done" })).toEqual(["good", "uploaded, checksum matches"]);
  expect(statusOf({ ...item, state: "failed", sentence: "No." })).toEqual(["bad", "No."]);
});
