import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * The source of the master key: a file, which is created if there is none, or 64 hex digits, as from an environment
 * variable.
 */
export type MasterKeySource = { readonly file: string } | { readonly hex: string };

/** A master key that cannot be used. The message never shows it. */
export class MasterKeyError extends Error {
  override readonly name = "MasterKeyError";
}

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * Reads the master key; where its file is missing and `mayCreate` allows it, creates one that only its owner may read.
 *
 * @returns 32 bytes.
 * @throws {@link MasterKeyError}
 */
export async function readMasterKey(source: MasterKeySource, mayCreate: () => boolean): Promise<Uint8Array> {
  if ("hex" in source) return parseKey(source.hex, "that was given");
  const { file } = source;
  const text = (await readKeyFile(file)) ?? (await createKeyFile(file, mayCreate));
  return parseKey(text, `in ${file}`);
}

async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    if ((mode & OTHERS) !== 0) {
      const problem = `others than its owner have access to it (mode ${(mode & 0o777).toString(8)})`;
      throw new MasterKeyError(`The master key in ${file} is not secret: ${problem}. Run chmod 600 on it.`);
    }
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof MasterKeyError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new MasterKeyError(`The master key in ${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function createKeyFile(file: string, mayCreate: () => boolean): Promise<string> {
  if (!mayCreate()) {
    throw new MasterKeyError(
      `There are secrets in the database, but no master key in ${file}: put it back there. A new one would ` +
        "not open them.",
    );
  }
  const text = `${randomBytes(KEY_BYTES).toString("hex")}\n`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { flag: "wx", mode: OWNER_ONLY });
  await chmod(file, OWNER_ONLY);
  return text;
}

function parseKey(text: string, where: string): Uint8Array {
  const digits = text.trim();
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) {
    throw new MasterKeyError(`The master key ${where} has ${digits.length} characters: give 64 hex digits.`);
  }
  return Uint8Array.from(Buffer.from(digits, "hex"));
}
