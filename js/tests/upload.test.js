import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { BLOCK, digest, fingerprintOf, ownDigest } from "../src/upload-digest.js";
import { createQueue } from "../src/upload-queue.js";
import { Refused, gapsOf, sendFile } from "../src/upload-send.js";
import { answerOf, channelWay, createChannel } from "../src/upload-ways.js";
import { createSpeed, leftText, sizeText } from "../src/upload-words.js";

const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Numbers that are the same in every run. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function fileOf(size, seed = 1) {
  const next = chance(seed);
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i += 97) bytes[i] = Math.floor(next() * 256);
  const file = new Blob([bytes]);
  return Object.assign(file, { name: "pump.csv", lastModified: 1.7e12, bytes });
}

/** The other side, as the service behaves, over a line that loses, repeats, delays and spoils. */
function otherSide({ lossy = () => 0, spoil = () => false, largest = 4 * BLOCK } = {}) {
  const uploads = new Map();
  const log = { writes: [], atOnce: 0, most: 0, closes: 0 };
  const late = async () => {
    for (let turns = Math.floor(lossy() * 8); turns > 0; turns -= 1) await Promise.resolve();
    if (lossy() > 0.7) throw new Error("lost on the way there");
  };
  const back = () => {
    if (lossy() > 0.8) throw new Error("lost on the way back");
  };
  const known = (id) => {
    if (!uploads.has(id)) throw new Refused("There is no such upload.", "not_found");
    return uploads.get(id);
  };
  const way = {
    largest,
    async open({ name, size, fingerprint }) {
      await late();
      const id = `${name}-${size}-${fingerprint}`;
      if (!uploads.has(id)) uploads.set(id, { bytes: new Uint8Array(size), missing: gapsOf([], size), done: false });
      back();
      const lacking = uploads.get(id).missing;
      return { id, have: gapsOf(lacking, size), done: uploads.get(id).done };
    },
    async write(id, offset, reading, { onSent }) {
      const data = await reading;
      log.most = Math.max(log.most, (log.atOnce += 1));
      try {
        onSent?.(data.byteLength / 2);
        await late();
        const upload = known(id);
        const end = offset + data.byteLength;
        if (end > upload.bytes.length) throw new Refused("outside", "usage");
        upload.bytes.set(new Uint8Array(data), offset);
        if (spoil()) upload.bytes[offset] ^= 255;
        upload.missing = gapsOf([...gapsOf(upload.missing, upload.bytes.length), [offset, end]], upload.bytes.length);
        log.writes.push([offset, end]);
        back();
      } finally {
        log.atOnce -= 1;
      }
    },
    async close(id, blocks) {
      await late();
      log.closes += 1;
      const upload = known(id);
      if (!upload.missing.length) {
        upload.missing = blocks.flatMap((block, i) => {
          const [start, end] = [i * BLOCK, Math.min((i + 1) * BLOCK, upload.bytes.length)];
          return sha(upload.bytes.slice(start, end)) === block ? [] : [[start, end]];
        });
        upload.done = !upload.missing.length;
      }
      back();
      return { missing: upload.missing };
    },
    async cancel(id) {
      uploads.delete(id);
    },
  };
  return { way, uploads, log };
}

const quiet = () => ({ signal: new AbortController().signal, tell: () => {}, wait: async () => {} });

describe("checksums", () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 2 ** 20, 2 ** 20 + 61])("own digest of %i bytes", async (size) => {
    const { bytes } = fileOf(size, size + 1);
    expect(await ownDigest(bytes)).toBe(sha(bytes));
    expect(await digest(bytes)).toBe(sha(bytes));
  });

  it("takes our own where the page has no secure context", async () => {
    vi.stubGlobal("crypto", {});
    expect(await digest(new TextEncoder().encode("abc"))).toBe(sha("abc"));
    vi.unstubAllGlobals();
  });

  it("knows a file again, and another content of the same name and time apart", async () => {
    expect(await fingerprintOf(fileOf(5000, 1))).toBe(await fingerprintOf(fileOf(5000, 1)));
    expect(await fingerprintOf(fileOf(5000, 1))).not.toBe(await fingerprintOf(fileOf(5000, 2)));
  });
});

describe("the chunk protocol", () => {
  it("sends each byte once over a good line, four chunks at once", async () => {
    const file = fileOf(9 * BLOCK + 17);
    const { way, uploads, log } = otherSide();
    const told = [];
    const done = await sendFile(file, way, { ...quiet(), tell: (one) => told.push(one) });
    expect(sha(uploads.get(done.id).bytes)).toBe(sha(file.bytes));
    expect(uploads.get(done.id).done).toBe(true);
    expect(log.writes.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(file.size);
    expect(log.most).toBe(4);
    const sent = told.filter((one) => one.sent !== undefined).map((one) => one.sent);
    expect(sent.at(-1)).toBe(file.size);
    expect(Math.max(...sent)).toBe(file.size);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("comes through loss, repetition and disorder, seed %i", async (seed) => {
    const file = fileOf(7 * BLOCK + 3, seed);
    const { way, uploads, log } = otherSide({ lossy: chance(seed), largest: BLOCK });
    const done = await sendFile(file, way, quiet());
    expect(sha(uploads.get(done.id).bytes)).toBe(sha(file.bytes));
    expect(log.writes.length).toBeGreaterThanOrEqual(7);
  });

  it("sends again the block that arrived spoilt, and no other", async () => {
    const file = fileOf(5 * BLOCK);
    let spoilt = 0;
    const { way, uploads, log } = otherSide({ spoil: () => (spoilt += 1) === 3, largest: BLOCK });
    const done = await sendFile(file, way, quiet());
    expect(sha(uploads.get(done.id).bytes)).toBe(sha(file.bytes));
    expect(log.writes.length).toBe(6);
    expect(log.closes).toBe(2);
  });

  it("gives up in words where every copy is spoilt", async () => {
    const { way } = otherSide({ spoil: () => true });
    await expect(sendFile(fileOf(BLOCK), way, quiet())).rejects.toThrow(/differs from the file again and again/);
  });

  it("goes on after a stop with what is missing", async () => {
    const file = fileOf(12 * BLOCK + 5);
    const side = otherSide({ largest: BLOCK });
    const stop = new AbortController();
    const write = side.way.write;
    side.way.write = async (...what) => {
      if (side.log.writes.length >= 5) stop.abort();
      return write(...what);
    };
    await expect(sendFile(file, side.way, { ...quiet(), signal: stop.signal })).rejects.toThrow();
    const before = side.log.writes.length;
    expect(before).toBeLessThan(12);
    side.way.write = write;
    const told = [];
    const done = await sendFile(file, side.way, { ...quiet(), tell: (one) => told.push(one) });
    expect(sha(side.uploads.get(done.id).bytes)).toBe(sha(file.bytes));
    expect(side.log.writes.length).toBe(13);
    expect(told.find((one) => one.sent !== undefined).sent).toBe(before * BLOCK);
  });

  it("begins anew where the other side has lost it", async () => {
    const file = fileOf(6 * BLOCK);
    const side = otherSide({ largest: BLOCK });
    const write = side.way.write;
    let times = 0;
    side.way.write = async (...what) => {
      if ((times += 1) === 3) side.uploads.clear();
      return write(...what);
    };
    const done = await sendFile(file, side.way, quiet());
    expect(sha(side.uploads.get(done.id).bytes)).toBe(sha(file.bytes));
  });

  it("ends at a refusal with its sentence, and asks no more", async () => {
    const side = otherSide();
    side.way.open = async () => {
      throw new Refused("The disk has too little space for this file.", "storage");
    };
    await expect(sendFile(fileOf(10), side.way, quiet())).rejects.toThrow("too little space");
    const refusing = otherSide({ largest: BLOCK });
    let asked = 0;
    refusing.way.write = async () => {
      asked += 1;
      throw new Refused("The disk is full.", "storage");
    };
    await expect(sendFile(fileOf(50 * BLOCK), refusing.way, quiet())).rejects.toThrow("full");
    expect(asked).toBeLessThanOrEqual(4);
  });

  it("says that the connection is lost, and that it is back", async () => {
    const side = otherSide();
    const write = side.way.write;
    let fails = 3;
    side.way.write = async (...what) => {
      if ((fails -= 1) >= 0) throw new Error("offline");
      return write(...what);
    };
    const states = [];
    await sendFile(fileOf(10), side.way, { ...quiet(), tell: (one) => one.state && states.push(one.state) });
    expect(states).toEqual(["sending", "lost", "lost", "lost", "sending", "checking"]);
  });

  it("tells a file that changed under its hands", async () => {
    const file = fileOf(3 * BLOCK);
    const slice = file.slice.bind(file);
    file.slice = (start, end) => {
      if (start >= BLOCK) return { arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) };
      return slice(start, end);
    };
    await expect(sendFile(file, otherSide().way, quiet())).rejects.toThrow(/changed, moved or deleted/);
  });

  it("takes an empty file", async () => {
    const { way, uploads } = otherSide();
    const done = await sendFile(fileOf(0), way, quiet());
    expect(uploads.get(done.id).done).toBe(true);
  });
});

describe("the channel", () => {
  const fakeModel = () => {
    const handlers = new Set();
    return {
      sent: [],
      handlers,
      on: (_, act) => handlers.add(act),
      off: (_, act) => handlers.delete(act),
      send(content, _, buffers) {
        this.sent.push({ content, buffers });
      },
      answer(content) {
        [...handlers].forEach((act) => act(content));
      },
    };
  };

  it("brings each answer to its question, whatever the order, and takes no answer twice", async () => {
    const model = fakeModel();
    const channel = createChannel(model);
    const way = channelWay(channel);
    const [one, two] = [way.open({ name: "a" }), way.write("id", 4, Promise.resolve(new ArrayBuffer(3)), {})];
    await Promise.resolve();
    await Promise.resolve();
    const [first, second] = model.sent.map((message) => message.content);
    expect(model.sent[1].buffers[0].byteLength).toBe(3);
    expect(second).toMatchObject({ kind: "upload", verb: "chunk", id: "id", offset: 4 });
    model.answer({ kind: "answer", view: "another", seq: second.seq, answer: { wrong: true } });
    model.answer({ kind: "answer", view: second.view, seq: second.seq, answer: { second: true } });
    model.answer({ kind: "answer", view: second.view, seq: second.seq, answer: { again: true } });
    model.answer({ kind: "answer", view: first.view, seq: first.seq, refused: "No.", code: "blocked" });
    expect(await two).toEqual({ second: true });
    await expect(one).rejects.toMatchObject({ message: "No.", code: "blocked" });
    const never = way.cancel("id");
    channel.dispose();
    await expect(never).rejects.toThrow("gone");
    expect(model.handlers.size).toBe(0);
  });
});

describe("answers of a server", () => {
  const read = (status, text) => new Promise((resolve, reject) => answerOf(status, text, resolve, reject));

  it("tells refusals from a line that may come back", async () => {
    expect(await read(200, '{"id":"x"}')).toEqual({ id: "x" });
    await expect(read(413, '{"code":"blocked","message":"Too large."}')).rejects.toMatchObject({
      message: "Too large.",
    });
    await expect(read(404, "<html>")).rejects.toMatchObject({ code: "absent" });
    await expect(read(403, '{"message":"Forbidden"}')).rejects.toThrow(/not logged in/);
    for (const [status, text] of [
      [502, "<html>"],
      [500, '{"message":"x"}'],
      [0, ""],
      [200, "half an ans"],
    ]) {
      const error = await read(status, text).catch((one) => one);
      expect(error).not.toBeInstanceOf(Refused);
      expect(error).toBeInstanceOf(Error);
    }
  });
});

describe("the queue", () => {
  const settled = async (queue) => {
    while (queue.items().some((item) => !["done", "failed"].includes(item.state))) {
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  it("sends one file after the other, tells the kernel of each, and shows a refused one in words", async () => {
    const side = otherSide();
    const finished = vi.fn(async () => ({ name: "pump-2.csv" }));
    const queue = createQueue({
      findWay: async () => ({ name: "http", way: side.way }),
      finished,
      removed: async () => {},
      changed: () => {},
    });
    queue.add([fileOf(BLOCK + 1), fileOf(10)]);
    expect(queue.items().map((item) => item.state)).toEqual(["sending", "waiting"]);
    await settled(queue);
    expect(finished).toHaveBeenCalledTimes(2);
    expect(queue.items().map((item) => [item.name, item.state, item.sent])).toEqual([
      ["pump-2.csv", "done", BLOCK + 1],
      ["pump-2.csv", "done", 10],
    ]);
    side.way.open = async () => {
      throw new Refused("It is too large.", "blocked");
    };
    queue.add([fileOf(20)]);
    await settled(queue);
    expect(queue.items()[2]).toMatchObject({ state: "failed", sentence: "It is too large." });
    queue.add([fileOf(20)]);
    expect(queue.items().length).toBe(3);
    await settled(queue);
  });

  it("cancels one under way, forgets it on the other side, and goes on with the next", async () => {
    const side = otherSide({ largest: BLOCK });
    let open = () => {};
    const gate = new Promise((resolve) => (open = resolve));
    const write = side.way.write;
    side.way.write = async (...what) => {
      if (what[0].includes(`-${2 * BLOCK}-`)) await gate;
      return write(...what);
    };
    const queue = createQueue({
      findWay: async () => ({ name: "http", way: side.way }),
      finished: async () => ({}),
      removed: async () => {},
      changed: () => {},
    });
    queue.add([fileOf(2 * BLOCK), fileOf(10)]);
    while (!queue.items()[0].id) await new Promise((resolve) => setTimeout(resolve));
    await queue.remove(queue.items()[0].key);
    open();
    while (queue.items()[0].state !== "done") await new Promise((resolve) => setTimeout(resolve));
    expect(queue.items().length).toBe(1);
    expect([...side.uploads.keys()].every((id) => id.includes("-10-"))).toBe(true);
  });
});

describe("words", () => {
  it("tells sizes, times and speeds", () => {
    expect([0, 999, 1000, 412.6e6, 5.3e9].map(sizeText)).toEqual(["0 B", "999 B", "1.0 kB", "412.6 MB", "5.3 GB"]);
    expect([0.2, 59, 90, 5400, NaN].map(leftText)).toEqual([
      "1 s left",
      "59 s left",
      "2 min left",
      "1 h 30 min left",
      "",
    ]);
    let now = 0;
    const speed = createSpeed(() => now);
    for (; now <= 10_000; now += 500) speed.add(now * 60);
    expect(speed.perSecond()).toBeCloseTo(60_000);
  });
});
