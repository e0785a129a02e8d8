import { Wallet } from "ethers";

import { UsageError, type CommandContext } from "../commandLine.js";
import { privateKey } from "../network/values.js";
import { askChoice } from "../prompt.js";
import { findKeystore, listKeystores, openKeystore } from "./keystore.js";
import type { KnownNetwork } from "./networkDescription.js";

/** The options that name the account which acts. */
export interface SignerValues {
  /** The role of an account of a development network. */
  readonly account?: string | undefined;
  /** A keystore: its file or its address. */
  readonly wallet?: string | undefined;
}

/**
 * Opens the account which acts: that of `--account` or `--wallet`, that of `POCO_KEY`, on a development network the one with
 * the usual role, or a keystore, which is chosen if there are several.
 *
 * @param role - The usual role on a development network.
 * @throws {@link UsageError}
 */
export async function openSigner(
  { account, wallet }: SignerValues,
  { accounts = [] }: Pick<KnownNetwork, "accounts">,
  role: string,
  context: Pick<CommandContext, "environment" | "isTerminal" | "progress">,
): Promise<Wallet> {
  if (account !== undefined && wallet !== undefined) throw new UsageError("Give only one of --account and --wallet.");
  if (account !== undefined) return new Wallet(keyOf(account, accounts));
  if (wallet !== undefined) return openKeystore(await findKeystore(wallet), context);
  const key = context.environment["POCO_KEY"];
  if (key !== undefined && key !== "") return new Wallet(readKey(key));
  if (accounts.length > 0) return new Wallet(keyOf(role, accounts));
  return openKeystore(await chooseKeystore(context), context);
}

function keyOf(role: string, accounts: NonNullable<KnownNetwork["accounts"]>): string {
  const found = accounts.find((account) => account.role === role);
  if (found !== undefined) return found.privateKey;
  const roles = accounts.map((account) => account.role).join(", ");
  throw new UsageError(
    accounts.length === 0
      ? "--account is for the accounts of a development network, and this network has none: give --wallet or POCO_KEY."
      : `There is no account "${role}" on this network: there are ${roles}.`,
  );
}

function readKey(key: string): string {
  try {
    return privateKey(key);
  } catch (cause) {
    throw new UsageError(`POCO_KEY is not usable: ${(cause as Error).message}.`, { cause });
  }
}

async function chooseKeystore({ isTerminal }: Pick<CommandContext, "isTerminal">) {
  const all = await listKeystores();
  const [only] = all;
  if (only === undefined) {
    throw new UsageError("There is no wallet here: import one with poco wallet import, or set POCO_KEY.");
  }
  if (all.length === 1) return only;
  const missing = `There are several wallets: give --wallet with one of ${all.map(({ address }) => address).join(", ")}.`;
  const meanings = Object.fromEntries(all.map(({ address, file }) => [address, file]));
  return findKeystore(await askChoice({ isTerminal, missing }, "Which account?", meanings));
}
