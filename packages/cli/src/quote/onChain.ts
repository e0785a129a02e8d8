import { isHexString } from "ethers";

import { areEqual, toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { AttestationError, type FaultName } from "@poco-marketplace/enclave/attestation/fault.js";
import { isolationFaultOf } from "@poco-marketplace/enclave/attestation/isolation.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { readPemChain } from "@poco-marketplace/enclave/attestation/pem.js";
import { INTEL_ROOT_CERTIFICATE } from "@poco-marketplace/enclave/attestation/root.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import type { MinimumTcb } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import type { QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import {
  IAttestation__factory,
  PlatformRegistry__factory,
  QuoteVerifier__factory,
  type PlatformRegistry,
} from "@poco-marketplace/sdk/typechain.js";
import { UsageError } from "../commandLine.js";

/** The verdict of contracts on an embedded chain, and the gas of the transaction that verifies the quote. */
export type OnChainVerdict = {
  readonly valid: boolean;
  readonly fault: FaultName | null;
  readonly gas: bigint | null;
  readonly simulatedRoot: boolean;
};

const GAS_LIMIT = 15_000_000n;

/** Verifies a quote with the contracts, under the same root and policy, on a chain with the P-256 precompile. */
export async function verifyOnChain(
  quote: Uint8Array,
  { root, policy }: { root: Uint8Array | undefined; policy: QuotePolicy },
): Promise<OnChainVerdict> {
  const certificate = root ?? rootIn(quote);
  if (certificate === undefined) {
    throw new UsageError("--on-chain needs the root's certificate: give --root a file with it rather than its key.");
  }
  // Hardhat is imported late, since it is slow to load.
  const { network } = await import("hardhat");
  const connection = await network.create({ override: { hardfork: "osaka", initialDate: policy.at } });
  const owner = (await connection.ethers.getSigners())[0]!;
  const calls = QuoteVerifier__factory.createInterface();
  const data = calls.encodeFunctionData(callFor(quote, policy) as "verify", [toHex(quote)]);
  // This is replaced by the registry's own answer if the registry can be deployed with the certificate.
  let simulatedRoot = !areEqual(certificate, INTEL_ROOT_CERTIFICATE);
  try {
    const registry = await new PlatformRegistry__factory(owner).deploy(owner.address, certificate);
    const pem = Buffer.from(encodePem([certificate]).trimEnd());
    const verifier = await new QuoteVerifier__factory(owner).deploy(registry, pem);
    simulatedRoot = await registry.isSimulated();
    await adopt(registry, policy);
    const request = { to: await verifier.getAddress(), data, gasLimit: GAS_LIMIT };
    await owner.call(request);
    const receipt = await (await owner.sendTransaction(request)).wait();
    return { valid: true, fault: null, gas: receipt!.gasUsed, simulatedRoot };
  } catch (error) {
    return { valid: false, fault: faultOf(error), gas: null, simulatedRoot };
  }
}

/**
 * Returns the function to call. `verify` also refuses enclaves that are not isolated from their host. The policy here
 * accepts those, except for debug mode without `--allow-debug`.
 */
function callFor(bytes: Uint8Array, { debugEnclaves }: QuotePolicy): "verify" | "verifyEvenDebug" {
  if (debugEnclaves === "accepted") return "verifyEvenDebug";
  const quote = read(() => parseQuote(bytes));
  const fault = quote && isolationFaultOf(quote)?.fault;
  return fault === undefined || fault === "DebugEnclave" ? "verify" : "verifyEvenDebug";
}

/** Returns the root certificate at the end of a quote's chain, if it can be read. */
function rootIn(quote: Uint8Array): Uint8Array | undefined {
  return read(() => readPemChain(parseQuote(quote).signatureData.pemChain, 3)[2]);
}

/** Returns the result of `reader`, or `undefined` if the input is malformed. */
function read<T>(reader: () => T): T | undefined {
  try {
    return reader();
  } catch (error) {
    if (error instanceof AttestationError) return undefined;
    throw error;
  }
}

/** Sets the policy's minimums in the registry. */
async function adopt(registry: PlatformRegistry, { tcb }: QuotePolicy): Promise<void> {
  const { platforms, otherPlatforms, minimumQeSvn } = tcb;
  for (const [fmspc, minimum] of Object.entries(platforms)) await registry.setTcbMinimum(fmspc, minimumOf(minimum));
  await registry.setOtherPlatforms(otherPlatforms === "refused");
  await registry.setMinimumQeSvn(0n, minimumQeSvn.SGX ?? 0);
  await registry.setMinimumQeSvn(1n, minimumQeSvn.TDX ?? 0);
}

function minimumOf({ components, pceSvn, tdxComponents = [] }: MinimumTcb) {
  return { components: bytesOf(components), pceSvn, tdxComponents: bytesOf(tdxComponents) };
}

function bytesOf(svns: readonly number[]) {
  return toHex(Uint8Array.from({ length: 16 }, (_, index) => svns[index] ?? 0));
}

/** Returns the name of the contract error with which a call reverted. */
function faultOf(error: unknown): FaultName {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { data } = cause as { data?: unknown };
    if (!isHexString(data)) continue;
    const named = IAttestation__factory.createInterface().parseError(data);
    if (named !== null) return named.name as FaultName;
  }
  throw error;
}
