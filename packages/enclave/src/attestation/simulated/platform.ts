import type { PckFacts } from "../sgxExtension.js";
import { issuePck, type Period, type SimulatedAuthority } from "./authority.js";
import type { SimulatedMachine } from "./machine.js";
import { createSigningKey, type SigningKey } from "./signingKey.js";

/** A machine at one level of updates: the key that was certified for that level, and its chain of certificates. */
export interface SimulatedPlatform {
  readonly machine: SimulatedMachine;
  readonly facts: PckFacts;
  readonly pckKey: SigningKey;
  /** PCK certificate, intermediate and root, in DER. */
  readonly chain: readonly [Uint8Array, Uint8Array, Uint8Array];
}

/** The default facts about a simulated machine. */
const USUAL_FACTS: Omit<PckFacts, "ppid"> = {
  tcbComponents: [14, 14, 3, 3, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  pceSvn: 13,
  cpuSvn: Buffer.from("0e0e0303ffff01000000000000000000", "hex"),
  pceId: Uint8Array.of(0, 0),
  // These are the letters "SIM".
  fmspc: Uint8Array.of(0x53, 0x49, 0x4d, 0, 0, 0),
  sgxType: "scalable",
  platformInstanceId: undefined,
  configuration: undefined,
};

const SEVERAL_PROCESSORS = {
  platformInstanceId: Buffer.from("SIMULATED INSTAN"),
  configuration: { dynamicPlatform: true, cachedKeys: false, smtEnabled: true },
} as const;

/** Certifies a machine at the level of updates in `facts`, with a key for that level only. */
export async function certifyMachine(
  machine: SimulatedMachine,
  authority: SimulatedAuthority,
  { facts: changes = {}, ...period }: Period & { facts?: Partial<PckFacts> },
): Promise<SimulatedPlatform> {
  const usual = { ...USUAL_FACTS, ...(authority.ca === "Platform" && SEVERAL_PROCESSORS) };
  const facts: PckFacts = { ...usual, ppid: machine.ppid, ...changes };
  const pckKey = createSigningKey();
  const pck = await issuePck(authority, { facts, key: pckKey, ...period });
  return { machine, facts, pckKey, chain: [pck, authority.intermediate.certificate, authority.root.certificate] };
}
