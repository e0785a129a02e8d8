import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

import { createResultKey } from "@poco-marketplace/sdk/client/createResultKey.js";
import type { Clients } from "@poco-marketplace/sdk/client/connectClients.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { RESERVED, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { UsageError } from "../../commandLine.js";

/** Only the owner may read a key. */
const MODE = { file: 0o600, folder: 0o700 };

/**
 * Returns the private key with which the account's results are decrypted. One is created for an account without; its file
 * is the only place where it is.
 *
 * @param file - By default, a file for the account in `~/.local/share/poco/result-keys`.
 * @throws {@link UsageError} for an account whose key is not in the file
 */
export async function openResultKey(
  { signer, secrets }: Pick<Clients, "signer" | "secrets">,
  file: string | undefined,
): Promise<string> {
  const address = (await signer.getAddress()) as Address;
  const place = file ?? join(homedir(), ".local", "share", "poco", "result-keys", `${address}.key`);
  const isKnown = await secrets.has(web2Secret(address, RESERVED.resultKey));
  if (isKnown && existsSync(place)) return (await readFile(place, "utf8")).trim();
  if (isKnown) {
    throw new UsageError(
      `Results of ${address} are encrypted for a key whose private half is not in ${place}: give --result-key FILE.`,
    );
  }
  if (existsSync(place)) {
    throw new UsageError(
      `${place} has a key that this network does not know for ${address}: give --result-key with a new file.`,
    );
  }
  await mkdir(dirname(place), { recursive: true, mode: MODE.folder });
  const { privateKey } = await createResultKey({ signer, secrets });
  await writeFile(place, `${privateKey}\n`, { mode: MODE.file, flag: "wx" });
  return privateKey;
}
