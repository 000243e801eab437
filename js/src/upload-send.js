// Sends one file in chunks: four under way at once, each acknowledged and repeated alone, until the other side has all.
import { BLOCK, digest as usualDigest, fingerprintOf } from "./upload-digest.js";

const IN_FLIGHT = 4;
const ROUNDS = 5;
const LONGEST_WAIT_MS = 5000;
const FAST = 8e6;

/** @typedef {[number, number]} Stretch bytes [start, end) */
/** @typedef {{id: string, have: Stretch[], done: boolean}} Opened */
/**
 * @typedef {object} Way how bytes get to the other side
 * @property {number} largest most bytes of a chunk, a multiple of BLOCK
 * @property {(file: {name: string, size: number, fingerprint: string}) => Promise<Opened>} open
 * @property {(id: string, offset: number, data: Promise<ArrayBuffer>, options: {signal: AbortSignal,
 *   onSent: (bytes: number) => void, blob: Blob}) => Promise<unknown>} write the same bytes as buffer and as part of the file
 * @property {(id: string, blocks: string[]) => Promise<{missing: Stretch[]}>} close
 * @property {(id: string) => Promise<unknown>} cancel
 */

/** The other side said no, in a sentence: asking again would not help. */
export class Refused extends Error {
  /** @param {string} sentence @param {string} [code] */
  constructor(sentence, code = "") {
    super(sentence);
    this.code = code;
  }
}

/** What is missing of a file. @param {Stretch[]} have @param {number} size @returns {Stretch[]} */
export function gapsOf(have, size) {
  /** @type {Stretch[]} */
  const gaps = [];
  let at = 0;
  for (const [start, end] of [...have].sort((one, other) => one[0] - other[0])) {
    if (start > at) gaps.push([at, Math.min(start, size)]);
    at = Math.max(at, end);
  }
  if (at < size) gaps.push([at, size]);
  return gaps;
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/**
 * @param {File} file
 * @param {Way} way
 * @param {object} options
 * @param {AbortSignal} options.signal ends it; what has arrived stays there
 * @param {(told: {id?: string, sent?: number, state?: "sending" | "lost" | "checking"}) => void} options.tell
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<string>} [options.digest]
 * @param {(ms: number, signal: AbortSignal) => Promise<void>} [options.wait]
 * @param {() => number} [options.now]
 */
export async function sendFile(file, way, { signal, tell, digest = usualDigest, wait = pause, now = Date.now }) {
  /** @type {string[]} */
  const blocks = new Array(Math.ceil(file.size / BLOCK)).fill("");

  /**
   * Ask until there is an answer: only a refusal or a cancel ends it.
   * @template T
   * @param {() => Promise<T>} act
   * @param {AbortSignal} [until]
   */
  const steady = async (act, until = signal) => {
    for (let attempt = 0; ; attempt += 1) {
      until.throwIfAborted();
      try {
        const answer = await act();
        if (attempt) tell({ state: "sending" });
        return answer;
      } catch (error) {
        if (until.aborted || error instanceof Refused) throw error;
        tell({ state: "lost" });
        await wait(Math.min(250 * 2 ** attempt, LONGEST_WAIT_MS), until);
      }
    }
  };

  /** @param {number} start @param {number} end */
  const bytes = async (start, end) => {
    try {
      return await file.slice(start, end).arrayBuffer();
    } catch {
      throw new Refused("This file was changed, moved or deleted while it was read. Choose it again.");
    }
  };

  /** @param {Promise<ArrayBuffer>} reading */
  const digestsOf = async (reading) => {
    const data = await reading;
    const starts = Array.from({ length: Math.ceil(data.byteLength / BLOCK) }, (_, i) => i * BLOCK);
    return Promise.all(
      starts.map((from) => digest(new Uint8Array(data, from, Math.min(BLOCK, data.byteLength - from)))),
    );
  };

  /** Send what is missing, and digest all of it. @param {string} id @param {Stretch[]} missing */
  const pass = async (id, missing) => {
    let arrived = file.size - missing.reduce((sum, [start, end]) => sum + end - start, 0);
    /** @type {Map<number, number>} */
    const underway = new Map();
    const progress = () => tell({ sent: arrived + [...underway.values()].reduce((sum, one) => sum + one, 0) });
    const lacking = (/** @type {number} */ start, /** @type {number} */ end) =>
      missing.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
    let at = 0;
    let size = BLOCK;
    const next = () => {
      while (at < file.size) {
        const start = at;
        const needed = lacking(start, start + BLOCK) > 0;
        at = Math.min(start + (needed ? size : BLOCK), file.size);
        if (needed || !blocks[start / BLOCK]) return { start, end: at };
      }
      return null;
    };
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal.reason);
    const work = async () => {
      for (let chunk = next(); chunk; chunk = next()) {
        stop.signal.throwIfAborted();
        const { start, end } = chunk;
        const data = bytes(start, end);
        const digesting = digestsOf(data);
        digesting.catch(() => {}); // Told below, where it is waited for.
        const lacked = lacking(start, end);
        if (lacked) {
          const began = now();
          await steady(async () => {
            const onSent = (/** @type {number} */ sent) => {
              underway.set(start, Math.min(sent, lacked));
              progress();
            };
            const blob = file.slice(start, end);
            try {
              await way.write(id, start, data, { signal: stop.signal, onSent, blob });
            } catch (error) {
              await data;
              throw error;
            }
          }, stop.signal);
          const speed = (end - start) / Math.max(now() - began, 1);
          size = speed * 1000 * IN_FLIGHT > FAST ? way.largest : BLOCK;
          arrived += lacked;
          underway.delete(start);
        }
        (await digesting).forEach((one, i) => (blocks[start / BLOCK + i] = one));
        progress();
      }
    };
    progress();
    signal.addEventListener("abort", onAbort);
    const works = Array.from({ length: IN_FLIGHT }, work);
    try {
      await Promise.all(works);
    } catch (error) {
      // One chunk was refused: the others end too, and nothing of this pass goes on behind the next one.
      stop.abort(error);
      await Promise.allSettled(works);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };

  const fingerprint = await fingerprintOf(file).catch(() => {
    throw new Refused("This file cannot be read. If it is a folder, choose the files in it.");
  });
  const open = () => steady(() => way.open({ name: file.name, size: file.size, fingerprint }));
  let opened = await open();
  let missing = gapsOf(opened.have, file.size);
  for (let round = 0; round < ROUNDS; round += 1) {
    tell({ id: opened.id, state: "sending" });
    try {
      await pass(opened.id, missing);
      tell({ state: "checking" });
      const answer = await steady(() => way.close(opened.id, blocks));
      if (!answer.missing.length) return { id: opened.id, ...answer };
      missing = answer.missing;
    } catch (error) {
      // The server has lost it, for example because it waited too long: begin anew.
      if (!(error instanceof Refused) || error.code !== "not_found") throw error;
      opened = await open();
      missing = gapsOf(opened.have, file.size);
    }
  }
  throw new Refused("What arrives differs from the file again and again. Choose it again, or use another connection.");
}
