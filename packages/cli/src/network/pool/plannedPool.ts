import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { NamedEndpoint } from "@poco-marketplace/enclave/network/endpoints.js";
import type { SandboxRequirement } from "@poco-marketplace/enclave/runtime/sandbox.js";
import type { OfferedNetwork } from "@poco-marketplace/services/worker/enclavePool.js";
import type { ChainAccount } from "../chain/accounts.js";
import type { NetworkOptions } from "../options.js";
import type { Ports } from "../ports.js";
import type { OfferOptions } from "./offerOptions.js";

/** A workerpool to run, with its workers. */
export interface PlannedPool {
  /** The private key of its owner, with which its scheduler sends transactions. */
  readonly owner: Hex;
  /** The pool's address; by default the owner's own pool, which is registered if it is missing. */
  readonly workerpool?: Address;
  readonly offers: OfferOptions;
  /** Whether tasks may have files fetched from this machine and its private network. */
  readonly privateHosts: "allowed" | "refused";
  /** Whether apps must have a sandbox. */
  readonly sandbox: SandboxRequirement;
  /** The endpoints that apps with network access may reach besides the internet. */
  readonly appAllow: readonly NamedEndpoint[];
  /** The network of apps that ask for it; workers that give none take no tasks of such apps. */
  readonly appNetwork: OfferedNetwork;
  readonly workers: readonly { readonly title: string; readonly key: Hex }[];
  /** Accounts of workers elsewhere that may join. */
  readonly admitted: readonly Address[];
  /** The stake in nRLC with which any other account may join; `undefined` admits no others. */
  readonly openWorkers: number | undefined;
}

type MemberOptions = Pick<NetworkOptions, "admitWorkers" | "openWorkers">;

/** Returns the pool of a development chain, or `undefined` if no account owns one. */
export function developmentPool(
  accounts: readonly ChainAccount[],
  options: OfferOptions & MemberOptions & Pick<NetworkOptions, "appAllow" | "appNetwork">,
  ports: Pick<Ports, "store" | "sink">,
): PlannedPool | undefined {
  const owner = accounts.find(({ role }) => role === "workerpool owner");
  if (owner === undefined) return undefined;
  const workers = accounts
    .filter(({ role }) => role.startsWith("worker "))
    .map(({ role, privateKey }) => ({ title: role, key: privateKey }));
  // Only this machine reaches the chain and the content store, so all tasks are its users' and their files are on it.
  // The accounts' keys are public, so the pool is open to all unless an option restricts it.
  const open = options.apps === undefined && options.requesters === undefined;
  const { appNetwork } = options;
  const appAllow = [ports.store, ports.sink].map((port) => ({ host: "127.0.0.1", port })).concat(options.appAllow);
  return {
    owner: owner.privateKey,
    offers: { ...options, open },
    privateHosts: "allowed",
    sandbox: "none",
    appAllow,
    appNetwork,
    workers,
    ...membersOf(options),
  };
}

/** Returns the pool to run on a joined chain, or `undefined` without the key of its owner. */
export function poolOf(
  options: OfferOptions &
    MemberOptions &
    Pick<NetworkOptions, "key" | "workerpool" | "workerKeys" | "sandbox" | "appAllow" | "appNetwork">,
): PlannedPool | undefined {
  const { key, workerpool, workerKeys, sandbox, appAllow, appNetwork } = options;
  if (key === undefined) return undefined;
  const workers = workerKeys.map((workerKey, index) => ({ title: `worker ${index + 1}`, key: workerKey }));
  const pool = {
    owner: key,
    offers: options,
    privateHosts: "refused",
    sandbox,
    appAllow,
    appNetwork,
    workers,
    ...membersOf(options),
  } as const;
  return { ...pool, ...(workerpool !== undefined && { workerpool }) };
}

function membersOf({ admitWorkers: admitted, openWorkers }: MemberOptions) {
  return { admitted, openWorkers };
}
