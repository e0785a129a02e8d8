import { getAddress, id, type Interface } from "ethers";

import type { Address, Hex } from "./protocol/ids.js";

/** How contracts were deployed: by plain transactions, or through CreateX with the same addresses on every chain. */
export type Strategy = "basic" | "create2";

/** Where the protocol lives on one chain, as `npm run deploy` writes it to `deploy/manifests/<network>.json`. */
export interface Manifest {
  /** The network's name in hardhat.config.ts. */
  readonly network: string;
  readonly chainId: number;
  /** The block in which the hub came to be: nothing of it is to be found before. */
  readonly block: number;
  readonly strategy: Strategy;
  /** Whether the chain's own coin backs deposits, rather than a token. */
  readonly native: boolean;
  readonly abi: {
    /** The version of this package that was deployed. */
    readonly version: string;
    /** {@link abiHash} of what the hub serves. */
    readonly hash: Hex;
  };
  readonly poco: Address;
  /** The RLC token that backs deposits; null where the chain's own coin does. */
  readonly token: Address | null;
  readonly appRegistry: Address;
  readonly datasetRegistry: Address;
  readonly workerpoolRegistry: Address;
  /** What registers datasets together with their schema, where it was deployed along. */
  readonly dataProtector?: Address;
  /** The hub's facets at deployment, by name. After upgrades, only the hub's loupe knows. */
  readonly facets: Readonly<Record<string, Address>>;
  /** Contracts that verify quotes of enclaves, where the hub was deployed with them. */
  readonly attestation?: AttestationManifest;
  /** Who deployed. Manifests written before this was recorded have neither this nor any of the fields below. */
  readonly deployer?: Address;
  /** Who owned the hub when this manifest was written. */
  readonly owner?: Address;
  /**
   * The Git commit of the deployment, or of the last upgrade; with `-dirty` at its end if contracts or settings
   * differed from it, and null if the sources were in no repository.
   */
  readonly commit?: string | null;
  /** The version of the Solidity compiler, as `0.8.37+commit.f4b29a74`. */
  readonly compiler?: string;
  /** The hash of each contract's code on chain (EXTCODEHASH), by its name in this manifest. */
  readonly codeHashes?: Readonly<Record<string, Hex>>;
  /** Every facet that was deployed for this hub, in the order of the deployments, whether the hub has it or not. */
  readonly history?: readonly FacetVersion[];
}

/** A facet that was deployed for a hub, and from which sources. */
export interface FacetVersion {
  /** The facet's name in the manifest. */
  readonly facet: string;
  readonly address: Address;
  /** As {@link Manifest.commit}. */
  readonly commit: string | null;
}

/** Where quotes of enclaves are verified on one chain. */
export interface AttestationManifest {
  readonly platformRegistry: Address;
  readonly quoteVerifier: Address;
  /** The hub's TEE broker at deployment. */
  readonly teeBroker: Address;
  /** Whether the root of trust is not Intel's, so that quotes prove nothing about hardware. */
  readonly simulated: boolean;
}

/**
 * A value is not a manifest.
 *
 * @example
 * ```ts
 * try {
 *   readManifest({ ...manifest, chainId: "42161" });
 * } catch (error) {
 *   if (!(error instanceof InvalidManifestError)) throw error;
 *   error.field; // → "chainId"
 *   error.message; // → 'Manifest: chainId should be a chain id, but is "42161".'
 * }
 * ```
 */
export class InvalidManifestError extends Error {
  override readonly name = "InvalidManifestError";
  /** The field that is wrong, as `abi.hash`. */
  readonly field: string;

  constructor(field: string, expected: string, found: unknown) {
    super(`Manifest: ${field} should be ${expected}, but is ${JSON.stringify(found) ?? "missing"}.`);
    this.field = field;
  }
}

/**
 * A fingerprint of an interface: the same for two that have the same functions, events and errors, in whatever order.
 *
 * @param abi - Of ethers.
 * @returns 32 bytes.
 * @example
 * ```ts
 * const one = new Interface(["function add(uint256 a, uint256 b)", "event Added(uint256 sum)"]);
 * const other = new Interface(["event Added(uint256 sum)", "function add(uint256 a, uint256 b)"]);
 * abiHash(one) === abiHash(other); // → true
 * ```
 */
export function abiHash(abi: Interface): Hex {
  return id(abi.format().toSorted().join("\n")) as Hex;
}

/**
 * Reads a manifest from parsed JSON.
 *
 * @throws {@link InvalidManifestError} when a field is missing or of another kind.
 * @example
 * ```ts
 * const { poco } = readManifest(manifest);
 * const { hub } = await connectContracts(poco, provider);
 * (await hub.getAddress()) === poco; // → true
 * ```
 */
export function readManifest(json: unknown): Manifest {
  const root = record("manifest", json);
  const abi = record("abi", root["abi"]);
  const native = expect("native", "true or false", root["native"], isBoolean);
  return {
    network: expect("network", "a name", root["network"], isName),
    chainId: expect("chainId", "a chain id", root["chainId"], isCount),
    block: expect("block", "a block number", root["block"], isCount),
    strategy: expect("strategy", '"basic" or "create2"', root["strategy"], isStrategy),
    native,
    abi: {
      version: expect("abi.version", "a version", abi["version"], isName),
      hash: expect("abi.hash", "32 bytes", abi["hash"], isHash),
    },
    poco: address("poco", root["poco"]),
    token: native ? expect("token", "null on a native chain", root["token"], isNull) : address("token", root["token"]),
    appRegistry: address("appRegistry", root["appRegistry"]),
    datasetRegistry: address("datasetRegistry", root["datasetRegistry"]),
    workerpoolRegistry: address("workerpoolRegistry", root["workerpoolRegistry"]),
    ...(root["dataProtector"] !== undefined && { dataProtector: address("dataProtector", root["dataProtector"]) }),
    facets: Object.fromEntries(
      Object.entries(record("facets", root["facets"])).map(([name, value]) => [name, address(`facets.${name}`, value)]),
    ),
    ...(root["attestation"] !== undefined && { attestation: readAttestation(root["attestation"]) }),
    ...readOrigin(root),
  };
}

/** What manifests written before it was recorded do not have. */
function readOrigin(root: Record<string, unknown>) {
  return {
    ...(root["deployer"] !== undefined && { deployer: address("deployer", root["deployer"]) }),
    ...(root["owner"] !== undefined && { owner: address("owner", root["owner"]) }),
    ...(root["commit"] !== undefined && { commit: commit("commit", root["commit"]) }),
    ...(root["compiler"] !== undefined && { compiler: expect("compiler", "a version", root["compiler"], isName) }),
    ...(root["codeHashes"] !== undefined && { codeHashes: readCodeHashes(root["codeHashes"]) }),
    ...(root["history"] !== undefined && { history: readHistory(root["history"]) }),
  };
}

function readCodeHashes(value: unknown): Readonly<Record<string, Hex>> {
  const hashes = Object.entries(record("codeHashes", value));
  return Object.fromEntries(
    hashes.map(([name, hash]) => [name, expect(`codeHashes.${name}`, "32 bytes", hash, isHash)]),
  );
}

function readHistory(value: unknown): FacetVersion[] {
  return expect("history", "a list", value, isList).map((entry, index) => {
    const fields = record(`history[${index}]`, entry);
    return {
      facet: expect(`history[${index}].facet`, "a name", fields["facet"], isName),
      address: address(`history[${index}].address`, fields["address"]),
      commit: commit(`history[${index}].commit`, fields["commit"]),
    };
  });
}

function readAttestation(value: unknown): AttestationManifest {
  const fields = record("attestation", value);
  return {
    platformRegistry: address("attestation.platformRegistry", fields["platformRegistry"]),
    quoteVerifier: address("attestation.quoteVerifier", fields["quoteVerifier"]),
    teeBroker: address("attestation.teeBroker", fields["teeBroker"]),
    simulated: expect("attestation.simulated", "true or false", fields["simulated"], isBoolean),
  };
}

function expect<T>(field: string, expected: string, value: unknown, is: (value: unknown) => value is T): T {
  if (!is(value)) throw new InvalidManifestError(field, expected, value);
  return value;
}

function record(field: string, value: unknown): Record<string, unknown> {
  return expect(field, "an object", value, isRecord);
}

function address(field: string, value: unknown): Address {
  return expect(field, "an address with its checksum", value, isAddress);
}

function commit(field: string, value: unknown): string | null {
  return expect(field, "a commit's 40 hexadecimal digits, or null", value, isCommit);
}

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isNull = (value: unknown): value is null => value === null;
const isName = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isStrategy = (value: unknown): value is Strategy => value === "basic" || value === "create2";
const isHash = (value: unknown): value is Hex => typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isCommit = (value: unknown): value is string | null =>
  value === null || (typeof value === "string" && /^[0-9a-f]{40}(-dirty)?$/.test(value));
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isAddress(value: unknown): value is Address {
  try {
    return typeof value === "string" && getAddress(value) === value;
  } catch {
    return false;
  }
}
