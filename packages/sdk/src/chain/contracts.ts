import { isError, type ContractRunner, type Provider } from "ethers";

import type {
  AppRegistry,
  DatasetRegistry,
  IPoco,
  Rlc,
  WorkerpoolRegistry,
} from "../../../../typechain-types/index.js";
import { InvalidFieldError, readAddress } from "../protocol/field.js";
import type { Address } from "../protocol/ids.js";
import { orderDomain, type OrderDomain } from "../protocol/typedData.js";
import { contractAt } from "./contractAt.js";
import { decodeRevert } from "./errors/decodeRevert.js";
import { APP_REGISTRY_ABI, DATASET_REGISTRY_ABI, HUB_ABI, TOKEN_ABI, WORKERPOOL_REGISTRY_ABI } from "./readableAbis.js";

/** Typed handles on the contracts of one hub. */
export interface Contracts {
  readonly hub: IPoco;
  readonly token: Rlc;
  readonly apps: AppRegistry;
  readonly datasets: DatasetRegistry;
  readonly workerpools: WorkerpoolRegistry;
  /** The EIP-712 domain in which orders are signed here. */
  readonly domain: OrderDomain;
}

/**
 * There is no hub at an address.
 *
 * @example
 * ```ts
 * try {
 *   await connectContracts("0x1111111111111111111111111111111111111111", provider);
 * } catch (error) {
 *   if (!(error instanceof NoHubError)) throw error;
 *   error.address; // → "0x1111111111111111111111111111111111111111"
 *   error.chainId; // → 31_337n
 * }
 * ```
 */
export class NoHubError extends Error {
  override readonly name = "NoHubError";
  readonly address: Address;
  readonly chainId: bigint;

  constructor(
    what: "nothing" | "another contract",
    at: { readonly address: Address; readonly chainId: bigint },
    cause?: unknown,
  ) {
    const { address, chainId } = at;
    const found = what === "nothing" ? "There is no contract" : "What is not a hub of PoCo is";
    super(
      `${found} at ${address} on chain ${chainId}: check the address, and that the node is one of the hub's chain.`,
      { cause },
    );
    this.address = address;
    this.chainId = chainId;
  }
}

/**
 * Connects to a hub and the contracts that it names.
 *
 * @param hub - Its address, as `network.json` or a manifest has it.
 * @param runner - A signer that is connected to a node of the hub's chain, or a provider, with which nothing can be
 * sent.
 * @throws {@link InvalidFieldError} when `hub` is no address, or `runner` is not connected to a node; {@link NoHubError} when
 * no hub is there; what ethers throws when the node does not answer
 * @example
 * ```ts
 * const { hub, token, domain } = await connectContracts(hubAddress, signer);
 * await token.symbol(); // → "RLC"
 * domain.chainId; // → 31_337n
 * await sendAndWait(token.approve(hub, parseRlc("1")));
 * ```
 */
export async function connectContracts(hub: Address, runner: ContractRunner): Promise<Contracts> {
  const address = readAddress("hub", hub);
  const node = (runner as ContractRunner | null | undefined)?.provider;
  if (typeof node?.getCode !== "function") {
    // Its kind only: a wallet may have its words among its properties.
    const kind = (runner as object | null | undefined)?.constructor.name;
    throw new InvalidFieldError("runner", kind, "a provider, or a signer that is connected to one");
  }
  const poco = contractAt<IPoco>(address, HUB_ABI, runner);
  const chainId = await chainIdOf(poco, { address, node });
  return {
    hub: poco,
    token: contractAt<Rlc>(await poco.token(), TOKEN_ABI, runner),
    apps: contractAt<AppRegistry>(await poco.appregistry(), APP_REGISTRY_ABI, runner),
    datasets: contractAt<DatasetRegistry>(await poco.datasetregistry(), DATASET_REGISTRY_ABI, runner),
    workerpools: contractAt<WorkerpoolRegistry>(await poco.workerpoolregistry(), WORKERPOOL_REGISTRY_ABI, runner),
    domain: orderDomain({ chainId, hub: address }),
  };
}

/** The chain that a hub believes to be on. */
async function chainIdOf(poco: IPoco, { address, node }: { address: Address; node: Provider }): Promise<bigint> {
  try {
    return (await poco.domain()).chainId;
  } catch (cause) {
    if (!isError(cause, "BAD_DATA") && !isError(cause, "CALL_EXCEPTION") && decodeRevert(cause) === undefined)
      throw cause;
    const { chainId } = await node.getNetwork();
    const what = (await node.getCode(address)) === "0x" ? "nothing" : "another contract";
    throw new NoHubError(what, { address, chainId }, cause);
  }
}
