import type { Random } from "../../random.js";
import { mutateBytes, noise, otherNumber, setBytes } from "./bytes.js";
import type { Context, Family } from "./family.js";

/** The positions and sizes of the header's numbers; the last two are in version 5 only. */
const HEADER = [
  [0, 2],
  [2, 2],
  [4, 4],
  [8, 2],
  [10, 2],
] as const;
const BODY_HEADER = [
  [48, 2],
  [50, 4],
] as const;

/** The positions of attributes in a report, whose bits all have a meaning. */
const SGX_ATTRIBUTES = 48;
const TD_ATTRIBUTES = 120;
const SEAM_ATTRIBUTES = 112;

function reportStart({ base }: Context): number {
  return base.layout === "v3" || base.layout === "v4" ? 48 : 54;
}

function withBit(random: Random, bytes: Uint8Array, at: number): Uint8Array {
  const changed = Buffer.from(bytes);
  const byte = at + random.between(0, 7);
  if (byte < changed.length) changed[byte] = changed[byte]! ^ (1 << random.between(0, 7));
  return changed;
}

function changeStatement(random: Random, bytes: Uint8Array, context: Context): Uint8Array {
  const { layout } = context.base;
  const start = reportStart(context);
  const numbers = start === 54 ? [...HEADER, ...BODY_HEADER] : HEADER;
  return random.weighted<() => Uint8Array>([
    [3, () => otherNumber(random, bytes, ...random.pick<readonly [number, number]>(numbers))],
    [
      2,
      () =>
        withBit(
          random,
          bytes,
          start + (layout === "v3" ? SGX_ATTRIBUTES : random.pick([TD_ATTRIBUTES, TD_ATTRIBUTES, SEAM_ATTRIBUTES])),
        ),
    ],
    [3, () => setBytes(random, bytes)],
    [2, () => mutateBytes(random, bytes)],
  ])();
}

/** The positions of the fields by which a quoting enclave's report is judged. */
const MISC_SELECT = 16;
const SIGNER = 128;
const PRODUCT = 256;
const SVN = 258;
const REPORT_DATA = 320;

function changeEnclave(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.pick([MISC_SELECT, SIGNER, REPORT_DATA, REPORT_DATA + 32]) + random.between(0, 31);
  return random.weighted<() => Uint8Array>([
    [2, () => withBit(random, bytes, SGX_ATTRIBUTES)],
    [1, () => otherNumber(random, bytes, random.pick([PRODUCT, SVN, MISC_SELECT]), 2)],
    [1, () => withBit(random, bytes, at)],
    [3, () => setBytes(random, bytes)],
    [1, () => mutateBytes(random, bytes)],
  ])();
}

function changeData(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.percent(30)) return mutateBytes(random, bytes);
  return noise(random, random.pick([0, 1, 2, 31, 32, 33, 63, 64, 65, 255, 256, 257, 4095, 4096]));
}

export const REPORT_FAMILIES: readonly Family[] = [
  { name: "header and body", weight: 10, parts: ["statement"], change: changeStatement },
  { name: "quoting enclave", weight: 8, parts: ["quoting enclave"], change: changeEnclave },
  { name: "authentication data", weight: 2, parts: ["authentication data"], change: changeData },
];
