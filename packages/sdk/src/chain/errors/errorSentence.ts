import { getAddress, toBeHex } from "ethers";

import { formatRlc, formatMoment } from "../../protocol/format.js";
import type { Hex } from "../../protocol/ids.js";
import { formatTag } from "../../protocol/tag.js";
import type { ErrorEntry, ErrorInput, ErrorUnit } from "./errorEntry.js";

/** The values that came with an error, by name. */
export type ErrorValues = Readonly<Record<string, string | bigint | boolean>>;

/** What follows a value in a sentence that says its unit itself: `at most `max` seconds`. */
const SPOKEN_UNIT = /^ (?:percent|seconds|bytes|wei|gas)\b/;

/** An error as a sentence for people: what it means, its name and values, and what to do. */
export function errorSentence(name: string, entry: ErrorEntry, values: ErrorValues): string {
  const meaning = fill(entry.meaning, entry, values);
  const named = new Set(mentioned(entry));
  const rest = entry.inputs
    .filter((input) => !named.has(input.name))
    .map((input) => `${words(input.name)} ${formatValue(input, values[input.name]!)}`);
  const details = rest.length === 0 ? name : `${name}: ${rest.join(", ")}`;
  return `${meaning.replace(/\.?$/, "")} (${details}). ${fill(entry.fix, entry, values)}`;
}

/**
 * A value in the words of people: amounts in RLC, moments as dates, members of enums by name.
 *
 * @param input - What the value is, from {@link ERROR_CATALOG}.
 * @param value - As the ABI has it.
 * @example
 * ```ts
 * formatValue({ name: "needed", type: "uint256", unit: "rlc" }, 1_500_000_000n); // → "1.5 RLC"
 * formatValue({ name: "deadline", type: "uint256", unit: "time" }, 1_800_000_000n); // → "2027-01-15 08:00:00 UTC"
 * ```
 */
export function formatValue(input: ErrorInput, value: string | bigint | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") {
    if (input.unit === "tag") return formatTag(value as Hex).join("+") || "none";
    return input.type === "string" ? `"${value}"` : value;
  }
  if (input.members !== undefined) return input.members[Number(value)] ?? `unknown (${value})`;
  return WRITTEN[input.unit ?? "number"](value);
}

const WRITTEN: Readonly<Record<ErrorUnit, (value: bigint) => string>> = {
  rlc: (value) => `${formatRlc(value)} RLC`,
  wei: (value) => `${value} wei`,
  gas: (value) => `${value} gas`,
  time: formatMoment,
  seconds: (value) => `${value} seconds`,
  percent: (value) => `${value} %`,
  bytes: (value) => `${value} bytes`,
  asset: (value) => (value < 1n << 160n ? getAddress(toBeHex(value, 20)) : String(value)),
  tag: (value) => toBeHex(value, 32),
  hex: (value) => toBeHex(value),
  number: String,
};

/** Puts values where a text names them in backticks, alone or in a sum: `first + size - 1`. */
function fill(text: string, { inputs }: ErrorEntry, values: ErrorValues): string {
  const byName = new Map(inputs.map((input) => [input.name, input]));
  return text.replaceAll(/`([^`]+)`/g, (quoted: string, code: string, at: number) => {
    const input = byName.get(code);
    if (input === undefined) return sum(code, values)?.toString() ?? quoted;
    const value = values[code]!;
    const isUnitSpoken = SPOKEN_UNIT.test(text.slice(at + quoted.length));
    return isUnitSpoken ? value.toString() : formatValue(input, value);
  });
}

/** The result of a sum of values and numbers; nothing for any other text. */
function sum(code: string, values: ErrorValues): bigint | undefined {
  const terms = code.split(" ");
  let total = 0n;
  for (let index = 0; index < terms.length; index += 2) {
    const term = terms[index]!;
    const value = /^\d+$/.test(term) ? BigInt(term) : Object.hasOwn(values, term) ? values[term] : undefined;
    const operator = index === 0 ? "+" : terms[index - 1];
    if (typeof value !== "bigint" || (operator !== "+" && operator !== "-")) return undefined;
    total += operator === "+" ? value : -value;
  }
  return total;
}

/** The values that what an error means tells already. */
function mentioned({ meaning }: ErrorEntry): string[] {
  return [...meaning.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code!.split(" "));
}

/** `orderHash` as `order hash`. */
function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
