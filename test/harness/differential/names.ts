/** The names of accounts and contracts, the same on both systems. */
import { HDNodeWallet, id, Mnemonic, SigningKey, ZeroAddress } from "ethers";

import { KITTY_ADDRESS } from "@poco-marketplace/sdk/protocol/payout.js";

/** Accounts with keys, in the order of the embedded chain's own. */
export const ACCOUNTS = [
  "owner",
  "requester",
  "rival",
  "sponsor",
  "appOwner",
  "dataOwner",
  "scheduler",
  "keeper",
  "broker",
  "beneficiary",
  "stranger",
  "worker1",
  "worker2",
  "worker3",
  "worker4",
  "worker5",
  "worker6",
  "worker7",
  "worker8",
] as const;

/** The workers. The first ones have a history; see `prologue.ts`. */
export const WORKERS = ACCOUNTS.filter((name) => name.startsWith("worker"));

/** The registries of assets, and the accounts for which assets are created. The last asset of each is created by sequences only. */
export const ASSETS = {
  apps: { app1: "appOwner", app2: "wallet", app3: "appOwner" },
  datasets: { data1: "dataOwner", data2: "wallet", data3: "dataOwner" },
  workerpools: { pool1: "scheduler", pool2: "wallet", pool3: "scheduler" },
} as const;

/** Contracts without a part in the protocol: a wallet that the keeper signs for, a group, and receivers of callbacks. */
export const EXTRAS = {
  views: "ManyViews",
  wallet: "OwnedWallet",
  group: "MemberGroup",
  recorder: "RecordingConsumer",
  reverter: "RevertingConsumer",
  burner: "BurningConsumer",
  bomber: "BombingConsumer",
} as const;

/** Accounts that are the same on both systems and send nothing. */
export const FIXED: Readonly<Record<string, string>> = { nobody: ZeroAddress, kitty: KITTY_ADDRESS };

/** The accounts that lock, earn or lose money. */
export const HOLDERS = [...ACCOUNTS, "wallet", "hub", "kitty"];

const PHRASE = Mnemonic.fromPhrase("test test test test test test test test test test test junk");

/** The keys of the accounts, and that of the enclave, which holds no coins. The wallet has its keeper's key. */
export const KEYS: Readonly<Record<string, SigningKey>> = keys();

/** The signer for an owner; a stranger for an owner without a key. */
export function keyOf(owner: string): string {
  return owner in KEYS ? owner : "stranger";
}

function keys(): Record<string, SigningKey> {
  const root = HDNodeWallet.fromMnemonic(PHRASE, "m/44'/60'/0'/0");
  const all = Object.fromEntries(ACCOUNTS.map((name, index) => [name, root.deriveChild(index).signingKey]));
  return { ...all, wallet: all["keeper"]!, enclave: new SigningKey(id("enclave")) };
}
