import { Interface, computeAddress, toBeHex, zeroPadValue } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  AppRegistry__factory,
  DatasetRegistry__factory,
  IApp__factory,
  IDataset__factory,
  IPoco__factory,
  IWorkerpool__factory,
  Rlc__factory,
  WorkerpoolRegistry__factory,
} from "../../../typechain-types/index.js";
import type { System } from "../peer/system.js";
import { ASSETS, FIXED, KEYS } from "./names.js";

/** A gas limit that suffices for every call, so that gas has no effect. */
const GAS = toBeHex(20_000_000);
/** A fee of zero, since fees are not compared. */
const GAS_PRICE = toBeHex(2_000_000_000);

/** The outcome of a transaction. Facts that are the same on both systems have the same spelling. */
export interface Outcome {
  readonly ok: boolean;
  /** The return value, word by word; empty for a refused call. */
  readonly returned: readonly string[];
  /** Each log as its contract, topics, and words of data. */
  readonly logs: readonly (readonly string[])[];
}

/** The fields of a mined transaction. */
interface Receipt {
  readonly status: Hex;
  readonly logs: readonly { readonly address: string; readonly topics: readonly string[]; readonly data: string }[];
}

/** One system on a chain of its own, used by names. */
export type World = Awaited<ReturnType<typeof openWorld>>;

/** Names all contracts and accounts. The contracts in `extras` were deployed alike on both chains. */
export async function openWorld(
  connection: NetworkConnection,
  system: System,
  extras: Readonly<Record<string, Address>>,
) {
  const { provider } = connection;
  const addresses: Record<string, string> = { ...FIXED, ...extras };
  for (const [name, key] of Object.entries(KEYS)) addresses[name] ??= computeAddress(key);
  for (const name of ["hub", "token", "apps", "datasets", "workerpools"] as const) {
    addresses[name] = await system[name].getAddress();
  }
  const predicted = await predictAssets(system, addresses);
  Object.assign(addresses, predicted);

  /** The names of words that differ between the systems, or read better by name. */
  const lasting = new Map<string, string>();
  for (const [name, address] of Object.entries(addresses)) {
    if (name !== "nobody") lasting.set(bare(zeroPadValue(address, 32)), `<${name}>`);
  }
  let aliases = new Map(lasting);

  const request = (method: string, ...params: unknown[]) => provider.request({ method, params });
  const addressNamed = (name: string): string => {
    const address = addresses[name];
    if (address === undefined) throw new Error(`Nobody is called ${name}.`);
    return address;
  };
  /** Bytes as words, each by its name if it has one. */
  const read = (bytes: string): string[] => wordsOf(bytes).map((word) => aliases.get(word) ?? word);
  const transaction = (from: string, to: string, data: string) => ({
    from: addressNamed(from),
    to: addressNamed(to),
    data,
    gas: GAS,
    gasPrice: GAS_PRICE,
  });

  return {
    name: system.name,
    domain: system.domain,
    addressNamed,
    read,
    /** Calls that mean the same in every sequence, encoded once. */
    lastingCalls: new Map<object, string>(),
    /** Names a word until the next sequence. */
    alias: (word: string, name: string) => void aliases.set(bare(word), `<${name}>`),
    forget: () => void (aliases = new Map(lasting)),
    /** Sets the time of the next transactions, which never goes back, on either system. */
    async waitUntil(time: number): Promise<void> {
      await request("evm_setNextBlockTimestamp", toBeHex(time));
      await request("evm_mine");
    },
    /** Sends a call from an account or contract, after reading its return value. */
    async send(from: string, to: string, data: string, time: number): Promise<Outcome> {
      const call = transaction(from, to, data);
      const answers = (interfaceOf(to).getFunction(data.slice(0, 10))?.outputs.length ?? 0) > 0;
      const answer = answers ? ((await request("eth_call", call, "latest")) as string) : "0x";
      await request("evm_setNextBlockTimestamp", toBeHex(time));
      const hash = (await request("eth_sendTransaction", call)) as Hex;
      const receipt = (await request("eth_getTransactionReceipt", hash)) as Receipt;
      const ok = receipt.status === "0x1";
      const logs = receipt.logs.map((log) => [
        ...read(zeroPadValue(log.address, 32)),
        ...log.topics.flatMap(read),
        ...read(log.data),
      ]);
      return { ok, returned: ok ? read(answer) : [], logs };
    },
    /** The raw answer of a view. */
    async look(to: string, data: string): Promise<string> {
      return (await request("eth_call", { to: addressNamed(to), data, gas: "0x3b9aca00" }, "latest")) as string;
    },
    snapshot: () => request("evm_snapshot") as Promise<Hex>,
    restore: (snapshot: Hex) => request("evm_revert", snapshot),
    /** Lets a contract send transactions. */
    async impersonate(name: string): Promise<void> {
      await request("hardhat_impersonateAccount", addressNamed(name));
      await request("hardhat_setBalance", addressNamed(name), toBeHex(10n ** 24n));
    },
  };
}

/** The interface for calls to this name and for its logs. */
export function interfaceOf(name: string): Interface {
  const found = INTERFACES[name] ?? INTERFACES[name.replace(/\d$/, "")];
  if (found === undefined) throw new Error(`Nothing is known about calls to ${name}.`);
  return found;
}

const INTERFACES: Readonly<Record<string, Interface>> = {
  hub: IPoco__factory.createInterface(),
  token: Rlc__factory.createInterface(),
  apps: AppRegistry__factory.createInterface(),
  datasets: DatasetRegistry__factory.createInterface(),
  workerpools: WorkerpoolRegistry__factory.createInterface(),
  app: IApp__factory.createInterface(),
  data: IDataset__factory.createInterface(),
  group: new Interface(["function add(address member)"]),
  pool: IWorkerpool__factory.createInterface(),
};

/** The function of each registry that creates an asset. */
export const CREATE = { apps: "createApp", datasets: "createDataset", workerpools: "createWorkerpool" } as const;

/** The arguments of `create…` and `predict…`, different for each asset. */
export function creation(asset: string, owner: string): readonly string[] {
  const checksum = `0x${"c5".repeat(32)}`;
  if (asset.startsWith("app")) return [owner, asset, "DOCKER", "0x1220", checksum, "0x"];
  if (asset.startsWith("data")) return [owner, asset, "0x1220", checksum];
  return [owner, asset];
}

async function predictAssets(system: System, addresses: Readonly<Record<string, string>>) {
  const found: Record<string, string> = {};
  const functions = { apps: "predictApp", datasets: "predictDataset", workerpools: "predictWorkerpool" } as const;
  for (const [registry, assets] of Object.entries(ASSETS) as [keyof typeof ASSETS, Record<string, string>][]) {
    for (const [asset, owner] of Object.entries(assets)) {
      const args = creation(asset, addresses[owner]!);
      found[asset] = (await system[registry].getFunction(functions[registry])(...args)) as string;
    }
  }
  return found;
}

function wordsOf(bytes: string): string[] {
  return bare(bytes).match(/.{1,64}/g) ?? [];
}

function bare(bytes: string): string {
  return bytes.slice(2).toLowerCase();
}
