import { existsSync } from "node:fs";

import { Wallet } from "ethers";

import { InvalidFieldError, readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseCommandLine, UsageError } from "../commandLine.js";
import { privateKey } from "../network/values.js";
import { NETWORK_FILE, readJson } from "../endpoints.js";

export const POOL_HELP = `npm run --silent pool -- denials [options]
npm run --silent pool -- forgive APP REQUESTER [options]

denials says which apps and requesters cost the workerpool its stake, and until when their deals are not taken; forgive lets
them in again. Both are for the pool's owner.

  --scheduler URL    the pool's scheduler
  POCO_KEY           in the environment, the private key of the pool's owner
  --network FILE     what \`npm run network\` wrote, for both (default: ${NETWORK_FILE}, if it is there)

  --json             print one JSON object
  --help             print this

Exit code 0: done. 1: the scheduler refuses. 2: the options or the scheduler cannot be used.`;

/** The parsed command line. */
export interface PoolOptions {
  readonly scheduler: string;
  readonly owner: Wallet;
  /** The app and requester whose denial to lift; `undefined` to list the denials. */
  readonly forgive: { readonly app: Address; readonly requester: Address } | undefined;
  readonly json: boolean;
}

interface NetworkFile {
  readonly scheduler?: string;
  readonly accounts?: readonly { readonly role: string; readonly privateKey: string }[];
}

/**
 * Reads the command line; returns `undefined` for `--help`.
 *
 * @throws UsageError
 */
export function readPoolOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): PoolOptions | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { scheduler: text, network: text, json: flag, help: flag };
  const { values, positionals } = parseCommandLine("npm run pool --", args, { allowPositionals: true, options });
  if (values.help === true) return undefined;
  const forgive = readCommand(positionals);
  const file = values.network ?? (existsSync(NETWORK_FILE) ? NETWORK_FILE : undefined);
  const known = file === undefined ? {} : (readJson(file) as NetworkFile);
  const scheduler = values.scheduler ?? known.scheduler;
  if (scheduler === undefined || !URL.canParse(scheduler))
    throw new UsageError(`No scheduler is known (${scheduler ?? "there is no network here"}): give --scheduler URL.`);
  const key = environment["POCO_KEY"] ?? known.accounts?.find(({ role }) => role === "workerpool owner")?.privateKey;
  if (key === undefined)
    throw new UsageError("POCO_KEY is missing: set it to the private key of the workerpool's owner.");
  return { scheduler: scheduler.replace(/\/+$/, ""), owner: readOwner(key), forgive, json: values.json === true };
}

function readCommand([command, app, requester, ...more]: readonly string[]): PoolOptions["forgive"] {
  if (command === "denials" && app === undefined) return undefined;
  if (command !== "forgive" || app === undefined || requester === undefined || more.length > 0)
    throw new UsageError("Use denials, or forgive APP REQUESTER. See npm run pool -- --help.");
  try {
    return { app: readAddress("APP", app), requester: readAddress("REQUESTER", requester) };
  } catch (error) {
    if (error instanceof InvalidFieldError) throw new UsageError(`${error.message}.`, { cause: error });
    throw error;
  }
}

function readOwner(key: string): Wallet {
  try {
    return new Wallet(privateKey(key));
  } catch (cause) {
    throw new UsageError(`POCO_KEY is not usable: ${(cause as Error).message}.`, { cause });
  }
}
