import type { Random } from "../../random.js";

/** Bytes with a meaning in DER, or at a boundary. */
export const INTERESTING = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff];

/** Numbers at the boundaries of one, two or four bytes. */
const EDGES = [
  0, 1, 2, 3, 4, 5, 6, 7, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
  0xfffffffb, 0xffffffff,
];

/** Changes some bytes. */
export function setBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  for (let left = random.between(1, 3); left > 0 && changed.length > 0; left--) {
    const at = random.between(0, changed.length - 1);
    changed[at] = random.percent(50) ? random.pick(INTERESTING) : changed[at]! ^ (1 << random.between(0, 7));
  }
  return changed;
}

/** Changes, removes or adds some bytes. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.between(0, bytes.length);
  const few = random.between(1, 4);
  return random.weighted<() => Uint8Array>([
    [6, () => setBytes(random, bytes)],
    [1, () => replaced(bytes, at, few)],
    [1, () => replaced(bytes, at, 0, Buffer.alloc(few, random.pick(INTERESTING)))],
    [1, () => bytes.subarray(0, at)],
  ])();
}

/** Replaces `cut` bytes from `at` on. */
export function replaced(bytes: Uint8Array, at: number, cut: number, put: Uint8Array = Buffer.alloc(0)): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
}

/** Changes the little-endian number in `size` bytes at `at`, to one at a boundary or nearby. */
export function otherNumber(random: Random, bytes: Uint8Array, at: number, size: number): Uint8Array {
  if (at + size > bytes.length) return mutateBytes(random, bytes);
  const changed = Buffer.from(bytes);
  const nearby = changed.readUIntLE(at, size) + random.pick([-4, -2, -1, 1, 2, 4]);
  const number = random.percent(50) ? nearby : random.pick(EDGES);
  changed.writeUIntLE(((number % 256 ** size) + 256 ** size) % 256 ** size, at, size);
  return changed;
}

/** `length` random bytes. */
export function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.between(0, 255));
}
