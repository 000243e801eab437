// Checksums of a file's blocks: the browser's own SHA-256 where it gives one to the page, else the same in JavaScript.

/** Bytes of a file that share one checksum; the twin of BLOCK in storage/inbox.py. */
export const BLOCK = 4 * 2 ** 20;
const SLICE = 2 ** 20;

const ROUND = primes(64, (prime) => fraction(Math.cbrt(prime)));
const FIRST = primes(8, (prime) => fraction(Math.sqrt(prime)));

/** @param {number} value */
function fraction(value) {
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}

/** @param {number} count @param {(prime: number) => number} of */
function primes(count, of) {
  /** @type {number[]} */
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) found.push(number);
  }
  return Int32Array.from(found, of);
}

/** Take whole pieces of 64 bytes into a state. @param {Int32Array} state @param {DataView} view @param {Int32Array} words */
function take(state, view, words) {
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(at + i * 4);
    for (let i = 16; i < 64; i += 1) {
      const x = words[i - 15];
      const y = words[i - 2];
      const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[i] = (words[i - 16] + low + words[i - 7] + high) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const mixed = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + mixed + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
      const turned = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (turned + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    state.set([a + state[0], b + state[1], c + state[2], d + state[3]]);
    state.set([e + state[4], f + state[5], g + state[6], h + state[7]], 4);
  }
}

const breath = () => new Promise((resolve) => setTimeout(resolve));

/** SHA-256 in JavaScript, which lets the page breathe after each MiB. @param {Uint8Array<ArrayBuffer>} bytes */
export async function ownDigest(bytes) {
  const state = FIRST.slice();
  const words = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += SLICE) {
    take(state, new DataView(bytes.buffer, bytes.byteOffset + at, Math.min(SLICE, whole - at)), words);
    if (at + SLICE < whole) await breath();
  }
  const rest = bytes.subarray(whole);
  const end = new Uint8Array(rest.length < 56 ? 64 : 128);
  end.set(rest);
  end[rest.length] = 0x80;
  const view = new DataView(end.buffer);
  view.setUint32(end.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(end.length - 4, (bytes.length * 8) % 2 ** 32);
  take(state, view, words);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function browserDigest(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 in hexadecimal digits. @param {Uint8Array<ArrayBuffer>} bytes */
export function digest(bytes) {
  return globalThis.crypto?.subtle ? browserDigest(bytes) : ownDigest(bytes);
}

/** What a file is known by, so that the same file chosen again goes on where it stopped. @param {File} file */
export async function fingerprintOf(file) {
  const head = new Uint8Array(await file.slice(0, SLICE).arrayBuffer());
  return `${file.lastModified}-${(await digest(head)).slice(0, 16)}`;
}
