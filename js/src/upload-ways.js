// The two ways to the other side: HTTP to the server that shows the page, and the widget's channel to its kernel.
import { BLOCK } from "./upload-digest.js";
import { Refused } from "./upload-send.js";

/** @typedef {import("./upload-send.js").Way} Way */

const HTTP_CHUNK = 4 * BLOCK;
const STALLED_MS = 30_000;
const ANSWER_MS = 60_000;
const CHECK_MS = 3_600_000;

/** Path of the server that shows the page, or null where none tells it. */
export function baseUrl() {
  const config = document.getElementById("jupyter-config-data")?.textContent;
  try {
    const base = config ? JSON.parse(config).baseUrl : null;
    return typeof base === "string" ? base.replace(/\/?$/, "/") : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} method
 * @param {string} address
 * @param {XMLHttpRequestBodyInit | null} body
 * @param {{signal?: AbortSignal, onSent?: (bytes: number) => void, patienceMs?: number}} [options]
 * @returns {Promise<any>}
 */
export function ask(method, address, body, { signal, onSent, patienceMs = STALLED_MS } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const abort = () => request.abort();
    const stillThere = () => {
      clearTimeout(timer);
      timer = setTimeout(abort, patienceMs);
    };
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    request.open(method, address);
    const cookie = document.cookie.match(/\b_xsrf=([^;]*)/);
    if (cookie) request.setRequestHeader("X-XSRFToken", cookie[1]);
    if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
    request.upload.onprogress = (event) => {
      stillThere();
      onSent?.(event.loaded);
    };
    request.onload = () => {
      end();
      answerOf(request.status, request.responseText, resolve, reject);
    };
    request.onerror = request.onabort = () => {
      end();
      reject(new Error("The connection is lost."));
    };
    signal?.addEventListener("abort", abort);
    stillThere();
    request.send(body);
  });
}

/** @param {number} status @param {string} text @param {(answer: any) => void} resolve @param {(error: Error) => void} reject */
export function answerOf(status, text, resolve, reject) {
  let answer = null;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = null;
  }
  if (status >= 200 && status < 300 && answer) return resolve(answer);
  if (answer?.code) return reject(new Refused(answer.message, answer.code));
  if (status === 401 || status === 403) {
    return reject(new Refused("You are not logged in any more. Reload the page and choose the file again.", "login"));
  }
  if (status === 404 || status === 405) return reject(new Refused("This server takes no uploads.", "absent"));
  if (status === 413) return reject(new Refused("The server refused this much at once.", "size"));
  reject(new Error(`The server answered ${status}.`));
}

/** @param {string} base path of the server @returns {Way} */
export function httpWay(base) {
  const place = `${base}l4e/upload/`;
  return {
    largest: HTTP_CHUNK,
    open: (file) => ask("POST", place, JSON.stringify(file)),
    // The part of the file, not the buffer: the browser then reads it past the page.
    write: (id, offset, _, options) => ask("PUT", `${place}${id}?offset=${offset}`, options.blob, options),
    close: (id, blocks) => ask("POST", `${place}${id}/close`, JSON.stringify({ blocks }), { patienceMs: CHECK_MS }),
    cancel: (id) => ask("DELETE", `${place}${id}`, null),
  };
}

/** Questions to the kernel and their answers, whatever the order they come in. @param {any} model */
export function createChannel(model) {
  const view = Math.random().toString(36).slice(2);
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void, timer: any}>} */
  const waiting = new Map();
  let seq = 0;
  const onMessage = (/** @type {any} */ message) => {
    if (message?.kind !== "answer" || message.view !== view) return;
    const one = waiting.get(message.seq);
    if (!one) return;
    waiting.delete(message.seq);
    clearTimeout(one.timer);
    if (message.refused) one.reject(new Refused(message.refused, message.code));
    else one.resolve(message.answer);
  };
  model.on("msg:custom", onMessage);
  /** @param {string} verb @param {object} what @param {ArrayBuffer[]} [buffers] @param {number} [patienceMs] */
  const say = (verb, what, buffers = [], patienceMs = ANSWER_MS) =>
    new Promise((resolve, reject) => {
      seq += 1;
      const mine = seq;
      const timer = setTimeout(() => {
        waiting.delete(mine);
        reject(new Error("The kernel has not answered."));
      }, patienceMs);
      waiting.set(mine, { resolve, reject, timer });
      model.send({ kind: "upload", verb, view, seq: mine, ...what }, undefined, buffers);
    });
  return {
    say,
    dispose() {
      model.off("msg:custom", onMessage);
      for (const one of waiting.values()) {
        clearTimeout(one.timer);
        one.reject(new Error("The page has gone."));
      }
      waiting.clear();
    },
  };
}

/** @typedef {ReturnType<typeof createChannel>} Channel */

/** @param {Channel} channel @returns {Way} */
export function channelWay(channel) {
  return {
    largest: BLOCK,
    open: (file) => /** @type {Promise<any>} */ (channel.say("open", file)),
    write: async (id, offset, data) => channel.say("chunk", { id, offset }, [await data]),
    close: (id, blocks) => /** @type {Promise<any>} */ (channel.say("close", { id, blocks }, [], CHECK_MS)),
    cancel: (id) => channel.say("cancel", { id }),
  };
}

/** HTTP where the server takes uploads into the kernel's own inbox, else the channel. @param {Channel} channel @param {string} mark */
export async function findWay(channel, mark) {
  const base = baseUrl();
  if (base !== null) {
    try {
      const told = await ask("GET", `${base}l4e/upload/?mark=${mark}`, null);
      if (told.shared) return { name: "http", way: httpWay(base) };
    } catch (error) {
      if (!(error instanceof Refused) && !navigator.onLine) throw error;
    }
  }
  return { name: "channel", way: channelWay(channel) };
}
