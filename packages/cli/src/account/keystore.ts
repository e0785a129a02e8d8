import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { getAddress, Wallet } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError, type CommandContext } from "../commandLine.js";
import { askSecret } from "../prompt.js";

/** A file with a private key that a password encrypts (Web3 Secret Storage, version 3). */
export interface KeystoreFile {
  readonly file: string;
  readonly address: Address;
}

/** The folder of keystores, which the official command line and other programs use, too. */
export function keystoreFolder(): string {
  const parts = process.platform === "win32" ? ["AppData", "Roaming", "Ethereum"] : [".ethereum"];
  return join(homedir(), ...parts, "keystore");
}

/** Lists the keystores of a folder, by name. */
export async function listKeystores(folder = keystoreFolder()): Promise<KeystoreFile[]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).toSorted();
  const found = await Promise.all(names.map((name) => readKeystore(join(folder, name))));
  return found.filter((one) => one !== undefined);
}

/** Reads whose key is in a file; undefined for another file. */
async function readKeystore(file: string): Promise<KeystoreFile | undefined> {
  try {
    const { address, version, crypto, Crypto } = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    if (version !== 3 || (crypto ?? Crypto) === undefined || typeof address !== "string") return undefined;
    return { file, address: getAddress(address.replace(/^(?:0x)?/, "0x")) as Address };
  } catch {
    return undefined;
  }
}

/**
 * Finds a keystore by the name of its file or by its address.
 *
 * @throws {@link UsageError}
 */
export async function findKeystore(name: string, folder = keystoreFolder()): Promise<KeystoreFile> {
  const named = [name, join(folder, name)].find((file) => existsSync(file));
  const all = await listKeystores(folder);
  const found =
    named === undefined
      ? all.find(({ address }) => address.toLowerCase() === name.toLowerCase())
      : await readKeystore(named);
  if (found !== undefined) return found;
  if (named !== undefined) throw new UsageError(`${named} is not a keystore file (version 3): give another --wallet.`);
  const known = all.length === 0 ? "there are none" : `there are ${all.map(({ address }) => address).join(", ")}`;
  throw new UsageError(`There is no keystore ${name} in ${folder}: ${known}. Import one with poco wallet import.`);
}

/**
 * Decrypts a keystore with the password of `POCO_PASSWORD`, or one that is asked for.
 *
 * @throws {@link UsageError} for a wrong password
 */
export async function openKeystore(
  { file, address }: KeystoreFile,
  { environment, isTerminal, progress }: Pick<CommandContext, "environment" | "isTerminal" | "progress">,
): Promise<Wallet> {
  const missing = `The password of ${address} is missing: set POCO_PASSWORD.`;
  const password =
    environment["POCO_PASSWORD"] ?? (await askSecret({ isTerminal, missing }, `Password of ${address}?`));
  try {
    const json = await readFile(file, "utf8");
    const { privateKey } = await progress.during("opening the keystore", Wallet.fromEncryptedJson(json, password));
    return new Wallet(privateKey);
  } catch (cause) {
    throw new UsageError(`The keystore ${file} does not open: the password is wrong, or the file is damaged.`, {
      cause,
    });
  }
}
