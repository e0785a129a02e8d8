import type { Result } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { FAULT_NAMES, type FaultName } from "@poco-marketplace/enclave/attestation/fault.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import {
  IAttestation__factory,
  PlatformRegistry__factory,
  QuoteVerifier__factory,
} from "../../../typechain-types/index.js";
import { gasBound } from "./gasBound.js";
import type { Debug } from "./offChain.js";
import { NOW, type Role, type Stock } from "./stock.js";
import type { OnChain, Proven } from "./verdict.js";

/** The contracts that judge mutants, on an embedded chain with the precompile for P-256. */
export type Judges = {
  readonly judgeQuote: (quote: Uint8Array, debug: Debug) => Promise<OnChain>;
  readonly judgeChain: (certificates: Readonly<Record<Role, Uint8Array>>) => Promise<OnChain>;
  readonly close: () => Promise<void>;
};

/**
 * A contract that calls another and measures the gas. Its input is the address in 32 bytes, the gas for the call
 * in 32 more, and the data of the call; it returns the gas, whether the call succeeded, and the returned data.
 */
const METER = [
  "60403603", // n: how many bytes of data there are
  "8060405f37", // copy the data to memory
  "5a", // gas before
  "5f5f835f5f5f35602035f1", // call, without value: whether it succeeded
  "5a9190", // gas after
  "602052", // store whether it succeeded
  "035f52", // store the gas that it took
  "3d5f60403e", // what came back is next to it
  "3d6040015ff3", // return all of that
].join("");
const METER_ADDRESS = "0x000000000000000000000000000000000000f022";
/** The gas limit of a call, which is also the limit of a transaction since Osaka. */
const TRANSACTION_GAS = 2 ** 24;

const ERRORS = IAttestation__factory.createInterface();
const NAMES: ReadonlySet<string> = new Set(FAULT_NAMES);

/**
 * Sets up a new chain with a registry that trusts the stock's root and its verifier, at the stock's moment.
 *
 * @param bound - The gas bound of a call, by the length of its data in bytes.
 */
export async function deployJudges({ root }: Stock, bound = gasBound): Promise<Judges> {
  // Loaded late, since Hardhat takes a while to load.
  const { network } = await import("hardhat");
  const initialDate = new Date(NOW.getTime() - 60_000);
  const connection = await network.create({ override: { hardfork: "osaka", initialDate } });
  const owner = (await connection.ethers.getSigners())[0]!;
  const registry = await new PlatformRegistry__factory(owner).deploy(owner.address, root);
  const text = Buffer.from(encodePem([root]).trimEnd());
  const verifier = await new QuoteVerifier__factory(owner).deploy(registry, text);
  await connection.networkHelpers.setCode(METER_ADDRESS, `0x${METER}`);
  // The time is exact to the second, since some certificates begin or end then.
  await connection.networkHelpers.time.increaseTo(NOW.getTime() / 1000);

  const { interface: calls } = verifier;
  const { interface: registrations } = registry;
  const [verifierAddress, registryAddress] = [await verifier.getAddress(), await registry.getAddress()];
  return {
    async judgeQuote(quote, debug) {
      const call = (debug === "accepted" ? "verifyEvenDebug" : "verify") as "verify";
      const data = calls.encodeFunctionData(call, [toHex(quote)]);
      const answer = await ask(connection, { to: verifierAddress, data, bound });
      return verdictOf(answer, (returned) => whatQuoteProves(calls.decodeFunctionResult(call, returned)[0] as Result));
    },
    async judgeChain({ pck, intermediate }) {
      const data = registrations.encodeFunctionData("registerChain", [toHex(pck), toHex(intermediate)]);
      const answer = await ask(connection, { to: registryAddress, data, bound });
      return verdictOf(answer, (returned) =>
        nameOf(registrations.decodeFunctionResult("registerChain", returned)[0] as Result),
      );
    },
    close: () => connection.close(),
  };
}

/** The outcome of a call, and the length of its data. */
type Answer = {
  readonly isSuccess: boolean;
  readonly returned: string;
  readonly gas: number;
  readonly length: number;
  readonly limit: number;
};

async function ask(
  { provider }: NetworkConnection,
  { to, data, bound }: { to: string; data: string; bound: (length: number) => number },
): Promise<Answer> {
  const length = data.length / 2 - 1;
  const limit = bound(length);
  const words = [to.slice(2), limit.toString(16)].map((word) => word.padStart(64, "0"));
  const gas = `0x${TRANSACTION_GAS.toString(16)}`;
  const request = { to: METER_ADDRESS, gas, data: `0x${words.join("")}${data.slice(2)}` };
  const answer = (await provider.request({ method: "eth_call", params: [request, "latest"] })) as string;
  return {
    isSuccess: BigInt(`0x${answer.slice(66, 130)}`) === 1n,
    returned: `0x${answer.slice(130)}`,
    gas: Number(BigInt(answer.slice(0, 66))),
    length,
    limit,
  };
}

function verdictOf({ isSuccess, returned, gas, length, limit }: Answer, read: (returned: string) => Proven): OnChain {
  const cost = { gas, length };
  if (isSuccess) return { fate: "valid", proven: read(returned), ...cost };
  if (returned === "0x") return { fate: "broken", how: `no reason given, ${gas} of ${limit} gas taken`, ...cost };
  const named = ERRORS.parseError(returned);
  if (named === null || !NAMES.has(named.name))
    return { fate: "broken", how: `an unknown error, ${returned}`, ...cost };
  return { fate: named.name as FaultName, refusal: named.args, ...cost };
}

function whatQuoteProves(evidence: Result): Proven {
  const { version, tee, isDebug, measurement, reportData, platform, facts, notAfter } = evidence.toObject() as Record<
    string,
    unknown
  >;
  const { fmspc, components, pceSvn } = (facts as Result).toObject() as Record<string, unknown>;
  const plain = { version, tee, isDebug, measurement, reportData };
  return { ...textsOf(plain), ...nameOf(platform as Result), ...textsOf({ fmspc, components, pceSvn, notAfter }) };
}

function nameOf(name: Result): Proven {
  return textsOf(name.toObject() as Record<string, unknown>);
}

function textsOf(values: Readonly<Record<string, unknown>>): Proven {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
