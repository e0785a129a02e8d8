import type { Random } from "../../random.js";
import { mutateBytes, noise, otherNumber, replaced } from "./bytes.js";
import type { Context, Family } from "./family.js";

/** The length of header and body, by layout. */
const SIGNED = { v3: 48 + 384, v4: 48 + 584, v5: 54 + 584, "v5, TD report 1.5": 54 + 648 };
const REPORT = 384;
const SIGNATURE = 64;

/** A field with a length, by its position and size. */
type LengthField = { readonly at: number; readonly size: number };

/** All length fields in order, as far as the bytes reach; each is in the range of the one before. */
function lengthFields(bytes: Uint8Array, { base }: Context): { lengths: LengthField[]; types: LengthField[] } {
  const isWrapped = base.layout !== "v3";
  const first = SIGNED[base.layout];
  const wrap = first + 4 + 2 * SIGNATURE;
  const data = wrap + (isWrapped ? 6 : 0) + REPORT + SIGNATURE;
  const chain = data + 2 + ((bytes[data] ?? 0) | ((bytes[data + 1] ?? 0) << 8));
  const lengths = [
    { at: first, size: 4 },
    ...(isWrapped ? [{ at: wrap + 2, size: 4 }] : []),
    { at: data, size: 2 },
    { at: chain + 2, size: 4 },
  ];
  const types = [...(isWrapped ? [{ at: wrap, size: 2 }] : []), { at: chain, size: 2 }];
  const isThere = ({ at, size }: LengthField) => at + size <= bytes.length;
  return { lengths: lengths.filter(isThere), types: types.filter(isThere) };
}

/** Sets all lengths that reach to the end to the bytes that are left. */
function withLengthsRepaired(bytes: Uint8Array, context: Context): Uint8Array {
  const repaired = Buffer.from(bytes);
  for (const { at, size } of lengthFields(bytes, context).lengths) {
    if (size === 4) repaired.writeUInt32LE(bytes.length - at - 4, at);
  }
  return repaired;
}

function changeLengths(random: Random, bytes: Uint8Array, context: Context): Uint8Array {
  const { lengths, types } = lengthFields(bytes, context);
  if (lengths.length === 0) return mutateBytes(random, bytes);
  const { at, size } = random.pick(lengths);
  const delta = random.pick([-64, -33, -4, -2, -1, 1, 2, 4, 33, 64]);
  return random.weighted<() => Uint8Array>([
    [4, () => otherNumber(random, bytes, at, size)],
    // Several lengths have the same error.
    [2, () => lengths.filter(() => random.percent(60)).reduce((result, field) => shifted(result, field, delta), bytes)],
    // Bytes are added or removed, and only some lengths change.
    [
      2,
      () => {
        const end = Math.min(bytes.length, at + size + random.between(0, 600));
        const other = delta > 0 ? replaced(bytes, end, 0, noise(random, delta)) : replaced(bytes, end + delta, -delta);
        return random.percent(50) ? withLengthsRepaired(other, context) : shifted(other, { at, size }, delta);
      },
    ],
    [1, () => (types.length === 0 ? bytes : otherNumber(random, bytes, random.pick(types).at, 2))],
  ])();
}

function shifted(bytes: Uint8Array, { at, size }: LengthField, delta: number): Uint8Array {
  if (at + size > bytes.length) return bytes;
  const changed = Buffer.from(bytes);
  const most = 256 ** size;
  changed.writeUIntLE((changed.readUIntLE(at, size) + delta + most) % most, at, size);
  return changed;
}

function truncate(random: Random, bytes: Uint8Array, context: Context): Uint8Array {
  const signed = SIGNED[context.base.layout];
  const edges = [0, 1, 2, 48, 54, signed, ...lengthFields(bytes, context).lengths.map(({ at, size }) => at + size)];
  const near = random.pick(edges) + random.between(-2, 2);
  const at = random.percent(50) ? near : random.between(0, bytes.length);
  const cut = bytes.subarray(0, Math.max(0, Math.min(bytes.length, at)));
  return random.percent(40) ? withLengthsRepaired(cut, context) : cut;
}

function pad(random: Random, bytes: Uint8Array, context: Context): Uint8Array {
  const length = random.percent(50) ? random.pick([1, 2, 31, 32, 33, 63, 64, 65]) : random.between(1, 4096);
  const padding = Buffer.alloc(length);
  if (random.percent(40)) padding[random.pick([0, length - 1, random.between(0, length - 1)])] = random.pick([1, 0x80]);
  const padded = Buffer.concat([bytes, padding]);
  return random.percent(15) ? withLengthsRepaired(padded, context) : padded;
}

export const LAYOUT_FAMILIES: readonly Family[] = [
  { name: "length fields", weight: 10, parts: ["quote"], change: changeLengths },
  { name: "truncated", weight: 7, parts: ["quote"], change: truncate },
  { name: "padded", weight: 4, parts: ["quote"], change: pad },
  {
    name: "noise",
    weight: 1,
    parts: ["quote"],
    change: (random, bytes) =>
      random.percent(50)
        ? noise(random, random.between(0, 600))
        : replaced(bytes, random.between(0, bytes.length), 0, noise(random, random.between(1, 200))),
  },
];
