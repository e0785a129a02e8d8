import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { OWNER_FILE, OWNER_FOLDER } from "@poco-marketplace/enclave/files/ownerOnly.js";

/** Reads a JSON file, or returns `undefined` if it does not exist. */
export async function readJsonFile<Value>(file: string): Promise<Value | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a JSON file atomically, so that only this account can read it. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: OWNER_FOLDER });
  const draft = `${file}.${randomUUID()}.draft`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_FILE });
  await rename(draft, file);
}
