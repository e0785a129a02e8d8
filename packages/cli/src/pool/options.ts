import { Wallet } from "ethers";

import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError, type CommandContext } from "../commandLine.js";
import type { PoolValues } from "../commands/pool.js";
import { privateKey } from "../network/values.js";
import { readJson } from "../endpoints.js";
import { findNetworkFile } from "../networkFile.js";
import { readCommandLine } from "../readCommandLine.js";

/** The options, read. */
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
 * Reads the options of `poco pool`.
 *
 * @param forgive - The app and requester whose denial to lift.
 * @throws {@link UsageError}
 */
export function readPoolOptions(
  forgive: { readonly app: string; readonly requester: string } | undefined,
  values: PoolValues,
  environment: CommandContext["environment"],
): PoolOptions {
  const pair =
    forgive &&
    readCommandLine(() => ({
      app: readAddress("APP", forgive.app),
      requester: readAddress("REQUESTER", forgive.requester),
    }));
  const file = values.network ?? findNetworkFile();
  const known = file === undefined ? {} : (readJson(file) as NetworkFile);
  const scheduler = values.scheduler ?? known.scheduler;
  if (scheduler === undefined || !URL.canParse(scheduler))
    throw new UsageError(`No scheduler is known (${scheduler ?? "there is no network here"}): give --scheduler URL.`);
  const key = environment["POCO_KEY"] ?? known.accounts?.find(({ role }) => role === "workerpool owner")?.privateKey;
  if (key === undefined)
    throw new UsageError("POCO_KEY is missing: set it to the private key of the workerpool's owner.");
  return { scheduler: scheduler.replace(/\/+$/, ""), owner: readOwner(key), forgive: pair, json: values.json === true };
}

function readOwner(key: string): Wallet {
  try {
    return new Wallet(privateKey(key));
  } catch (cause) {
    throw new UsageError(`POCO_KEY is not usable: ${(cause as Error).message}.`, { cause });
  }
}
