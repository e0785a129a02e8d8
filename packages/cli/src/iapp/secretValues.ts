import { readFile } from "node:fs/promises";

import { MAX_SECRET_BYTES } from "@poco-marketplace/sdk/wire/secretRef.js";
import { UsageError } from "../commandLine.js";

/**
 * Reads the requester's secrets: `NUMBER=VALUE`, where a value `@FILE` is the content of a file.
 *
 * @throws {@link UsageError}
 */
export async function readSecrets(options: readonly string[]): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const option of options) {
    const [, number, value] = /^([1-9]\d{0,8})=(.*)$/s.exec(option) ?? [];
    if (number === undefined || value === undefined) {
      // The text may be a secret whose number was forgotten, so the message does not show it.
      throw new UsageError("A --secret does not begin with its number: give NUMBER=VALUE, with numbers from 1 on.");
    }
    if (number in secrets) throw new UsageError(`There are two values for --secret ${number}: give one.`);
    secrets[number] = await readSecret(`--secret ${number}`, value);
  }
  return secrets;
}

/**
 * Reads a secret: a value, or `@FILE` for the content of a file.
 *
 * @throws {@link UsageError} for a file that cannot be read, and for secrets that the secret service refuses
 */
export async function readSecret(option: string, value: string): Promise<string> {
  const secret = value.startsWith("@")
    ? await readFile(value.slice(1), "utf8").catch((cause: NodeJS.ErrnoException) => {
        throw new UsageError(`${option} names the file ${value.slice(1)}, which cannot be read (${cause.code}).`, {
          cause,
        });
      })
    : value;
  const bytes = Buffer.byteLength(secret);
  if (bytes >= 1 && bytes <= MAX_SECRET_BYTES) return secret;
  throw new UsageError(`${option} has ${bytes} bytes: a secret has 1 to ${MAX_SECRET_BYTES}.`);
}
