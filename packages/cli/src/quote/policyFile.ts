import type { MinimumTcb, TcbPolicy } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import { UsageError } from "../commandLine.js";

/**
 * Reads a TCB policy from JSON, such as
 *
 *     { "platforms": { "00606a000000": { "components": [14, 14, 3, 3], "pceSvn": 13, "tdxComponents": [4, 1] } },
 *       "otherPlatforms": "refused", "minimumQeSvn": { "SGX": 9, "TDX": 6 } }
 *
 * @throws {@link UsageError}
 */
export function readTcbPolicy(text: string): TcbPolicy {
  const policy = fieldsOf(parse(text), "The policy", ["platforms", "otherPlatforms", "minimumQeSvn"]);
  const platforms = Object.entries(objectIn(policy.platforms ?? {}, "platforms")).map(
    ([model, minimum]) => [`0x${readModel(model)}`, readMinimum(minimum, model)] as const,
  );
  const minimumQeSvn = Object.entries(fieldsOf(policy.minimumQeSvn ?? {}, "minimumQeSvn", ["SGX", "TDX"])).map(
    ([tee, svn]) => [tee, readSvn(svn, `minimumQeSvn of ${tee}`, 0xffff)] as const,
  );
  return {
    platforms: Object.fromEntries(platforms),
    otherPlatforms: readChoice(policy.otherPlatforms ?? "accepted"),
    minimumQeSvn: Object.fromEntries(minimumQeSvn),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The policy is not valid JSON: ${(error as Error).message}.`, { cause: error });
  }
}

function readMinimum(value: unknown, model: string): MinimumTcb {
  const minimum = fieldsOf(value, model, ["components", "pceSvn", "tdxComponents"]);
  return {
    components: readSvns(minimum.components ?? [], `components of ${model}`),
    pceSvn: readSvn(minimum.pceSvn ?? 0, `pceSvn of ${model}`, 0xffff),
    tdxComponents: readSvns(minimum.tdxComponents ?? [], `tdxComponents of ${model}`),
  };
}

function readModel(model: string): string {
  const digits = /^(?:0x)?([0-9a-f]{12})$/i.exec(model)?.[1];
  if (digits === undefined) throw new UsageError(`"${model}" is not an FMSPC: give its twelve hex digits.`);
  return digits.toLowerCase();
}

function readSvns(value: unknown, what: string): number[] {
  if (!Array.isArray(value) || value.length > 16) throw new UsageError(`${what}: give up to 16 numbers.`);
  return value.map((svn) => readSvn(svn, what, 0xff));
}

function readSvn(value: unknown, what: string, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new UsageError(`${what}: ${JSON.stringify(value)} is not a whole number from 0 to ${most}.`);
}

function readChoice(value: unknown): "accepted" | "refused" {
  if (value === "accepted" || value === "refused") return value;
  throw new UsageError(`otherPlatforms: ${JSON.stringify(value)} is neither "accepted" nor "refused".`);
}

function fieldsOf(value: unknown, what: string, known: readonly string[]): Record<string, unknown> {
  const fields = objectIn(value, what);
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return fields;
  throw new UsageError(`${what}: there is no "${unknown}", only ${known.join(", ")}.`);
}

function objectIn(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`${what}: ${JSON.stringify(value)} is not an object.`);
}
