import { readFile } from "node:fs/promises";

import { getAddress, isAddress, ZeroAddress } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { DeployError } from "./DeployError.js";
import { readRootOfTrust, type RootOfTrust } from "./rootOfTrust.js";

/** What differs from network to network, as in `deploy/parameters/<network>.json`. */
export interface Parameters {
  /** The RLC token; "dev" deploys one that is worth nothing; "native" where the chain's own coin is RLC. */
  readonly token: Address | "dev" | "native";
  /** Who shall own hub and registries. */
  readonly owner: Address | "deployer";
  /** What the registries' `tokenURI` puts before a token id. */
  readonly baseUris: { readonly app: string; readonly dataset: string; readonly workerpool: string };
  /** The registries whose assets these continue to serve; none, the zero address, unless it is said. */
  readonly previousRegistries?: PreviousRegistries;
  /**
   * Whether others' money is at stake, so that one key should not own all of it: unless it is said, yes, but for a token that
   * is worth nothing.
   */
  readonly production?: boolean;
  /** Under which root platforms must be certified whose enclaves the hub believes; by default it asks no contract. */
  readonly rootOfTrust: RootOfTrust;
  /** Whether to deploy the contract that registers datasets with their schema; no by default. */
  readonly dataProtector: boolean;
}

/** The registries that those of a hub continue, or the zero address. */
export interface PreviousRegistries {
  readonly app: Address;
  readonly dataset: Address;
  readonly workerpool: Address;
}

/** Registries that continue none. */
export const NO_PREVIOUS_REGISTRIES = readPrevious();

/**
 * The parameters of a network.
 *
 * @throws DeployError when there are none, or when they make no sense.
 */
export async function loadParameters(directory: string, network: string): Promise<Parameters> {
  const file = `${directory}/${network}.json`;
  const text = await readFile(file, "utf8").catch(() => {
    throw new DeployError(`There are no parameters for "${network}": write deploy/parameters/${network}.json first.`);
  });
  try {
    return readParameters(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeployError(`deploy/parameters/${network}.json: ${reason}`, { cause: error });
  }
}

/** Parameters out of parsed JSON. Throws an Error that says which field is wrong. */
export function readParameters(json: unknown): Parameters {
  const fields = Object(json) as Record<string, unknown>;
  const { token, owner, baseUris, rootOfTrust, dataProtector = false, production = token !== "dev" } = fields;
  const { app, dataset, workerpool } = Object(baseUris) as Record<string, unknown>;
  return {
    token: token === "dev" || token === "native" ? token : readAddressOr('"dev" or "native"', "token", token),
    owner: owner === "deployer" ? owner : readAddressOr('"deployer"', "owner", owner),
    baseUris: {
      app: readText("baseUris.app", app),
      dataset: readText("baseUris.dataset", dataset),
      workerpool: readText("baseUris.workerpool", workerpool),
    },
    previousRegistries: readPrevious(fields["previousRegistries"]),
    production: readFlag("production", production),
    rootOfTrust: readRootOfTrust(rootOfTrust),
    dataProtector: readFlag("dataProtector", dataProtector),
  };
}

function readPrevious(value: unknown = {}): PreviousRegistries {
  const {
    app = ZeroAddress,
    dataset = ZeroAddress,
    workerpool = ZeroAddress,
  } = Object(value) as Record<string, unknown>;
  return {
    app: readAddressOr("nothing", "previousRegistries.app", app),
    dataset: readAddressOr("nothing", "previousRegistries.dataset", dataset),
    workerpool: readAddressOr("nothing", "previousRegistries.workerpool", workerpool),
  };
}

function readAddressOr(otherwise: string, field: string, value: unknown): Address {
  if (typeof value === "string" && isAddress(value)) return getAddress(value) as Address;
  throw new Error(`${field} should be an address or ${otherwise}, but is ${JSON.stringify(value) ?? "missing"}.`);
}

function readText(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new Error(`${field} should be text, but is ${JSON.stringify(value) ?? "missing"}.`);
}

function readFlag(field: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new Error(`${field} should be true or false, but is ${JSON.stringify(value)}.`);
}
