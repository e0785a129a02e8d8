import { toBeHex } from "ethers";

import { InvalidFieldError, readBytes32 } from "./field.js";

/** 32 bytes, each bit a demand on the place where a task runs, or what such a place offers. */
export type Tag = `0x${string}`;

/**
 * The bits that have a name, counted from the least significant one.
 *
 * `tee` asks for an enclave; `scone`, `gramine` and `tdx` name the framework; `gpu` a graphics card. The hub gives a
 * meaning to the first four only. Source: docs/reference/protocol.md section 4, docs/reference/services.md section 1.2.
 */
export const TAG_BITS = { tee: 0, scone: 1, gramine: 2, tdx: 3, gpu: 8 } as const;

/** A named bit. */
export type TagName = keyof typeof TAG_BITS;

/** The empty tag. */
export const NO_TAG: Tag = `0x${"00".repeat(32)}`;

const FRAMEWORK_BITS = (1n << 1n) | (1n << 2n) | (1n << 3n);
const TEE_BIT = 1n << 0n;

/**
 * The tag with these bits set.
 *
 * @param names - Names of {@link TAG_BITS}, or `bitN` with N from 0 to 255 for a bit without a name.
 * @throws {@link InvalidFieldError} on a name that is not known.
 * @example
 * ```ts
 * parseTag(["tee", "tdx"]); // → "0x0000000000000000000000000000000000000000000000000000000000000009"
 * parseTag(["sgx"]); // throws InvalidFieldError
 * ```
 */
export function parseTag(names: readonly string[]): Tag {
  let bits = 0n;
  for (const name of names) bits |= 1n << BigInt(bitOf(name));
  return toTag(bits);
}

function bitOf(name: string): number {
  if (Object.hasOwn(TAG_BITS, name)) return TAG_BITS[name as TagName];
  const bit = /^bit(0|[1-9]\d{0,2})$/.exec(name)?.[1];
  if (bit === undefined || Number(bit) > 255) {
    throw new InvalidFieldError("tag", name, `one of ${Object.keys(TAG_BITS).join(", ")}, or bit0 to bit255`);
  }
  return Number(bit);
}

/**
 * The names of the bits that are set, the least significant one first; `parseTag` takes them back.
 *
 * @throws {@link InvalidFieldError} when `tag` is not 32 bytes.
 * @example
 * ```ts
 * formatTag("0x0000000000000000000000000000000000000000000000000000000000000209"); // → ["tee", "tdx", "bit9"]
 * ```
 */
export function formatTag(tag: Tag): string[] {
  const bits = toBits(tag);
  const nameOf = new Map<number, string>(Object.entries(TAG_BITS).map(([name, bit]) => [bit, name]));
  const names: string[] = [];
  for (let bit = 0; bit < 256; bit++) {
    if ((bits >> BigInt(bit)) & 1n) names.push(nameOf.get(bit) ?? `bit${bit}`);
  }
  return names;
}

/**
 * Whether every bit that `demand` asks for is in `offer`.
 *
 * @throws {@link InvalidFieldError} when either is not 32 bytes.
 * @example
 * ```ts
 * covers(parseTag(["tee", "tdx", "gpu"]), parseTag(["tee", "gpu"])); // → true
 * covers(parseTag(["tee"]), parseTag(["tee", "gpu"])); // → false
 * ```
 */
export function covers(offer: Tag, demand: Tag): boolean {
  return missingBits(offer, demand) === NO_TAG;
}

/**
 * The bits that `demand` asks for and `offer` lacks.
 *
 * @throws {@link InvalidFieldError} when either is not 32 bytes.
 * @example
 * ```ts
 * missingBits(parseTag(["tee"]), parseTag(["tee", "gpu"])); // → parseTag(["gpu"])
 * ```
 */
export function missingBits(offer: Tag, demand: Tag): Tag {
  return toTag(toBits(demand) & ~toBits(offer));
}

/**
 * Whether a task with this tag must run in an enclave (bit 0).
 *
 * @throws {@link InvalidFieldError} when `tag` is not 32 bytes.
 * @example
 * ```ts
 * requiresTee(parseTag(["tee", "scone"])); // → true
 * requiresTee(NO_TAG); // → false
 * ```
 */
export function requiresTee(tag: Tag): boolean {
  return (toBits(tag) & TEE_BIT) !== 0n;
}

/**
 * The tag without its framework bits 1, 2 and 3.
 *
 * @throws {@link InvalidFieldError} when `tag` is not 32 bytes.
 * @example
 * ```ts
 * formatTag(withoutFramework(parseTag(["tee", "scone", "gpu"]))); // → ["tee", "gpu"]
 * ```
 */
export function withoutFramework(tag: Tag): Tag {
  return toTag(toBits(tag) & ~FRAMEWORK_BITS);
}

/**
 * The tag of the deal that these orders make: the union of what they ask for.
 *
 * The dataset's framework bits are dropped, so that data protected for one framework also runs on another. Source:
 * docs/reference/protocol.md sections 4 and 5.
 *
 * @param tags - Tags of the orders; leave `dataset` out when the deal has none, since a null order is not signed.
 * @throws {@link InvalidFieldError} when one is not 32 bytes.
 * @example
 * ```ts
 * const [app, dataset, request] = [parseTag(["tee", "tdx"]), parseTag(["tee", "scone"]), parseTag(["gpu"])];
 * formatTag(dealTag({ app, dataset, request })); // → ["tee", "tdx", "gpu"]
 * ```
 */
export function dealTag({ app, dataset, request }: { app: Tag; dataset?: Tag | undefined; request: Tag }): Tag {
  const ofDataset = dataset === undefined ? 0n : toBits(withoutFramework(dataset));
  return toTag(toBits(app) | ofDataset | toBits(request));
}

function toBits(tag: Tag): bigint {
  return BigInt(readBytes32("tag", tag));
}

function toTag(bits: bigint): Tag {
  return toBeHex(bits, 32) as Tag;
}
