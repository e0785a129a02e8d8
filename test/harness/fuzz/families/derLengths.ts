import type { Random } from "../../random.js";
import { writeTree, type Tree } from "../derTree.js";
import { placesIn, type Place } from "../places.js";
import { mutateBytes, noise, replaced } from "./bytes.js";
import type { Family } from "./family.js";
import { changeCertificate, type Whole } from "./trees.js";

/** Writes a length in a form that is not allowed, or not valid. The lengths around it include the additional bytes. */
function otherForm(random: Random, tree: Whole): Tree {
  const bytes = writeTree(tree);
  const size = bytes[1]! < 0x80 ? 1 : 1 + bytes[1]! - 0x80;
  const content = bytes.subarray(1 + size);
  const { length } = content;
  const [high, low] = [length >> 8, length & 0xff];
  const forms = [
    [0x81, low],
    [0x82, high, low],
    [0x83, 0, high, low],
    [0x84, 0, 0, high, low],
    [0x80],
    [0xff],
    [0x81],
    [0x82, low],
    [0x88, 0, 0, 0, 0, 0, 0, high, low],
    [length & 0x7f],
  ];
  return { raw: Buffer.concat([bytes.subarray(0, 1), Buffer.from(random.pick(forms)), content]) };
}

/** Lengthens a value to a boundary where its length takes more bytes. */
function longer(random: Random, tree: Whole): Tree {
  const length = random.pick([126, 127, 128, 129, 254, 255, 256, 257, 511, 512]);
  if ("children" in tree) {
    const now = writeTree({ tag: tree.tag, children: tree.children }).length;
    const more = Math.max(0, length - now);
    return { tag: tree.tag, children: [...tree.children, { tag: 0x04, content: noise(random, more) }] };
  }
  return { tag: tree.tag, content: Buffer.concat([tree.content, noise(random, length)]).subarray(0, length) };
}

/** Changes the length of one value; the lengths around it stay, or change with it. */
function otherLength(random: Random, bytes: Uint8Array): Uint8Array {
  const places = placesIn(bytes);
  if (places.length === 0) return mutateBytes(random, bytes);
  const place = random.pick(places);
  const delta = random.pick([-128, -3, -2, -1, -1, 1, 1, 2, 3, 128]);
  return random.weighted<() => Uint8Array>([
    [3, () => withLength(bytes, place, place.length + delta)],
    // The lengths around it, the outer or the inner ones, change with it.
    [2, () => withLengths(bytes, place.within.slice(random.between(0, place.within.length)).concat(place), delta)],
    [2, () => withLengths(bytes, place.within.slice(0, random.between(1, Math.max(1, place.within.length))), delta)],
    // The length reaches to the end, or one byte less or more.
    [1, () => withLength(bytes, place, bytes.length - place.at - place.head + random.between(-1, 1))],
    [1, () => withLength(bytes, place, random.pick([0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff]))],
    // Bytes are added or removed, and only some lengths around them change.
    [
      2,
      () => {
        const end = place.at + place.head + place.length;
        const few = Math.min(Math.abs(delta), place.length);
        const other = delta > 0 ? replaced(bytes, end, 0, noise(random, delta)) : replaced(bytes, end - few, few);
        const change = delta > 0 ? delta : -few;
        return withLengths(other, place.within.slice(0, random.between(0, place.within.length)), change);
      },
    ],
    [1, () => replaced(bytes, place.at + 1, 1, noise(random, 1))],
  ])();
}

function withLengths(bytes: Uint8Array, places: readonly Place[], delta: number): Uint8Array {
  return places.reduce((result, place) => withLength(result, place, place.length + delta), bytes);
}

/** Writes a length into its bytes; if it needs more, it is cut off. */
function withLength(bytes: Uint8Array, { at, head }: Place, length: number): Uint8Array {
  const changed = Buffer.from(bytes);
  const size = head - 2;
  const most = size === 0 ? 0x80 : 256 ** size;
  changed.writeUIntBE(((length % most) + most) % most, size === 0 ? at + 1 : at + 2, Math.max(1, size));
  return changed;
}

function changeLengths(random: Random, bytes: Uint8Array): Uint8Array {
  return random.weighted<() => Uint8Array>([
    [4, () => changeCertificate(random, bytes, otherForm)],
    [2, () => changeCertificate(random, bytes, longer)],
    [6, () => otherLength(random, bytes)],
  ])();
}

export const DER_LENGTH_FAMILIES: readonly Family[] = [
  {
    name: "DER lengths, signed",
    weight: 12,
    parts: ["pck signed", "pck signed", "intermediate signed", "root signed"],
    change: changeLengths,
  },
  {
    name: "DER lengths of what is around a signature",
    weight: 4,
    parts: ["pck certificate", "intermediate certificate", "root certificate"],
    change: otherLength,
  },
];
