// What the uploader knows, without a screen: the files that were chosen, one after the other on their way.
import { Refused, sendFile } from "./upload-send.js";
import { createSpeed } from "./upload-words.js";

/**
 * @typedef {object} Item
 * @property {number} key
 * @property {File | null} file null for one that arrived before this page was shown
 * @property {string} name
 * @property {number} size
 * @property {"waiting" | "sending" | "lost" | "checking" | "done" | "failed"} state
 * @property {number} sent
 * @property {number} speed bytes a second
 * @property {string} id
 * @property {string} sentence
 */

/** @typedef {{name: string, way: import("./upload-send.js").Way}} Found */

/**
 * @param {object} options
 * @param {() => Promise<Found>} options.findWay
 * @param {(id: string) => Promise<any>} options.finished tells the kernel of a whole file
 * @param {(id: string) => Promise<any>} options.removed
 * @param {() => void} options.changed
 * @param {() => number} [options.now]
 */
export function createQueue({ findWay, finished, removed, changed, now = Date.now }) {
  /** @type {Item[]} */
  const items = [];
  /** @type {Map<Item, AbortController>} */
  const running = new Map();
  /** @type {Found | null} */
  let found = null;
  let nextKey = 0;

  const put = (/** @type {Partial<Item>} */ parts) => {
    nextKey += 1;
    const empty = { file: null, name: "", size: 0, sent: 0, speed: 0, id: "", sentence: "" };
    items.push({ ...empty, state: "waiting", key: nextKey, ...parts });
  };

  const way = async () => (found ??= await findWay()).way;

  /** @param {Item} item */
  const send = async (item) => {
    const speed = createSpeed(now);
    const stop = new AbortController();
    running.set(item, stop);
    item.state = "sending";
    changed();
    const tell = (/** @type {Parameters<Parameters<typeof sendFile>[2]["tell"]>[0]} */ told) => {
      if (told.id) item.id = told.id;
      if (told.state) item.state = told.state;
      if (told.sent !== undefined) {
        speed.add((item.sent = told.sent));
        item.speed = speed.perSecond();
      }
      changed();
    };
    try {
      const { id } = await sendFile(/** @type {File} */ (item.file), await way(), { signal: stop.signal, tell });
      const told = await finished(id);
      Object.assign(item, { state: "done", sent: item.size, id, name: told.name ?? item.name });
    } catch (error) {
      if (!stop.signal.aborted) {
        const known = error instanceof Refused;
        if (!known) console.error(error);
        item.sentence = known
          ? error.message
          : "The upload stopped. Choose the file again: it goes on where it stopped.";
        item.state = "failed";
        found = known && error.code === "absent" ? null : found;
      }
    } finally {
      running.delete(item);
      changed();
      next();
    }
  };

  const next = () => {
    const item = running.size ? undefined : items.find((one) => one.state === "waiting");
    if (item) void send(item);
  };

  return {
    items: () => /** @type {readonly Item[]} */ (items),
    /** @param {Iterable<File>} files */
    add(files) {
      for (const file of files) {
        const same = items.findIndex(
          (one) => one.state === "failed" && one.name === file.name && one.size === file.size,
        );
        if (same >= 0) items.splice(same, 1);
        put({ file, name: file.name, size: file.size });
      }
      changed();
      next();
    },
    /** Files that the kernel has already. @param {{id: string, name: string, size: number}[]} files */
    arrived(files) {
      for (const file of files) {
        if (items.every((item) => item.id !== file.id)) put({ ...file, sent: file.size, state: "done" });
      }
      changed();
    },
    /** Cancel one, or take it off the list. @param {number} key */
    async remove(key) {
      const item = items.find((one) => one.key === key);
      if (!item) return;
      items.splice(items.indexOf(item), 1);
      running.get(item)?.abort();
      changed();
      if (!item.id) return;
      try {
        await (item.state === "done" ? removed(item.id) : (await way()).cancel(item.id));
      } catch (error) {
        console.warn("The upload was taken off the list; what has arrived of it is removed later.", error);
      }
    },
    /** Stop all; what has arrived stays for the next time. */
    dispose() {
      for (const stop of running.values()) stop.abort();
      items.splice(0);
    },
  };
}
