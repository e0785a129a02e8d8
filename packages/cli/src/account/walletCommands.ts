import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Wallet } from "ethers";

import { CommandError, UsageError, type CommandContext, type CommandOutcome } from "../commandLine.js";
import type { WalletValues } from "../commands/wallet.js";
import { privateKey } from "../network/values.js";
import { askSecret } from "../prompt.js";
import { keystoreFolder, listKeystores } from "./keystore.js";

/** As in the official command line. */
const LEAST_PASSWORD = 8;
/** Only the owner may read a keystore. */
const MODE = { file: 0o600, folder: 0o700 };

type WalletContext = Pick<CommandContext, "environment" | "isTerminal" | "progress">;

/**
 * Creates a key in a keystore.
 *
 * @throws {@link UsageError}
 */
export function runCreateCommand(values: WalletValues, context: WalletContext): Promise<CommandOutcome> {
  const { privateKey: key } = Wallet.createRandom();
  return store(new Wallet(key), values, context);
}

/**
 * Imports the key of `POCO_KEY`, or one that is asked for, into a keystore.
 *
 * @throws {@link UsageError}; {@link CommandError} for a key that is there already
 */
export async function runImportCommand(values: WalletValues, context: WalletContext): Promise<CommandOutcome> {
  const { environment, isTerminal } = context;
  const missing = "The key is missing: set POCO_KEY.";
  const key =
    environment["POCO_KEY"] ?? (await askSecret({ isTerminal, missing }, "Private key (0x and 64 hex digits)?"));
  try {
    return await store(new Wallet(privateKey(key)), values, context);
  } catch (cause) {
    if (cause instanceof UsageError || cause instanceof CommandError) throw cause;
    throw new UsageError(`The key is not usable: ${(cause as Error).message}.`, { cause });
  }
}

/** Lists the keystores of this machine's account. */
export async function runWalletListCommand({ keystore, json }: WalletValues): Promise<CommandOutcome> {
  const folder = keystore ?? keystoreFolder();
  const found = await listKeystores(folder);
  const lines =
    found.length === 0 ? [`There is no keystore in ${folder}.`] : found.map((each) => `${each.address}  ${each.file}`);
  const stdout = json === true ? JSON.stringify({ keystores: found }, null, 2) : lines.join("\n");
  return { code: 0, stdout, stderr: "" };
}

async function store(
  wallet: Wallet,
  { keystore, json }: WalletValues,
  context: WalletContext,
): Promise<CommandOutcome> {
  const folder = keystore ?? keystoreFolder();
  const { address } = wallet;
  const file = join(folder, `${address}.json`);
  const known = (await listKeystores(folder)).find((each) => each.address === address);
  if (known !== undefined || existsSync(file)) {
    throw new CommandError(`The key of ${address} is in ${known?.file ?? file} already.`);
  }
  const password = await choosePassword(context);
  const encrypted = await context.progress.during("encrypting the key", wallet.encrypt(password));
  await mkdir(folder, { recursive: true, mode: MODE.folder });
  await writeFile(file, encrypted, { mode: MODE.file, flag: "wx" });
  const text = `The key of ${address} is in ${file}. Without its password it is lost.`;
  return { code: 0, stdout: json === true ? JSON.stringify({ address, file }, null, 2) : text, stderr: "" };
}

async function choosePassword({ environment, isTerminal }: WalletContext): Promise<string> {
  const missing = "The password is missing: set POCO_PASSWORD.";
  const given = environment["POCO_PASSWORD"];
  const password =
    given ?? (await askSecret({ isTerminal, missing }, `Password for it (at least ${LEAST_PASSWORD} characters)?`));
  if (password.length < LEAST_PASSWORD) {
    throw new UsageError(`The password has ${password.length} characters: choose one of at least ${LEAST_PASSWORD}.`);
  }
  if (given === undefined && (await askSecret({ isTerminal, missing }, "The same again?")) !== password) {
    throw new UsageError("The passwords differ: start again.");
  }
  return password;
}
