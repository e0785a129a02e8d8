import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { encodeBase64, getAddress, id } from "ethers";

import type { SealedDataset, SealedTask } from "@poco-marketplace/enclave/runtime/messages.js";
import type { SessionDataset } from "@poco-marketplace/enclave/session/session.js";
import { encryptAes, KEY_LENGTH } from "@poco-marketplace/sdk/protect/aes.js";
import { checksumOf } from "@poco-marketplace/sdk/protect/encryptData.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { fetchUrl } from "@poco-marketplace/services/worker/fetchFile.js";
import { UsageError } from "../../commandLine.js";
import { MOCK_FOLDER } from "../mock/writeMock.js";

/** A mock as a dataset: encrypted, as a worker has it, and with its key, as an enclave gets it. */
export interface MockDataset {
  readonly sealed: SealedDataset;
  readonly session: SessionDataset;
}

/** The most bytes of an input file from the internet, and the milliseconds that it may take. */
const MAX_INPUT_BYTES = 256 * 2 ** 20;
const TIMEOUT_MS = 60_000;

/**
 * Encrypts mocks as their data would be.
 *
 * @throws {@link UsageError} for a mock that does not exist
 */
export function readMocks(project: string, names: readonly string[]): Promise<MockDataset[]> {
  return Promise.all(names.map((name) => readMock(project, name)));
}

async function readMock(project: string, name: string): Promise<MockDataset> {
  const folder = join(project, MOCK_FOLDER);
  const known = existsSync(folder) ? await readdir(folder) : [];
  if (!known.includes(name)) {
    const advice = known.length === 0 ? "there are none" : `there are ${known.toSorted().join(", ")}`;
    throw new UsageError(`There is no mock ${name} in ${folder}: ${advice}. Create it with poco iapp mock ${name}.`);
  }
  const key = randomBytes(KEY_LENGTH);
  const encrypted = await encryptAes(await readFile(join(folder, name)), key);
  const dataset = { address: getAddress(id(name).slice(0, 42)) as Address, checksum: checksumOf(encrypted) };
  return { sealed: { ...dataset, encrypted }, session: { ...dataset, key: encodeBase64(key) } };
}

/**
 * Reads input files: from the internet as a worker does, or from this machine.
 *
 * @throws {@link UsageError} for a file that cannot be read; `FetchFailedError`
 */
export function readInputFiles(names: readonly string[]): Promise<NonNullable<SealedTask["inputFiles"]>> {
  return Promise.all(names.map(async (url) => ({ url, content: await readInputFile(url) })));
}

async function readInputFile(name: string): Promise<Uint8Array> {
  if (!/^https?:\/\//.test(name)) {
    return readFile(name).catch((cause: NodeJS.ErrnoException) => {
      throw new UsageError(
        `The input file ${name} cannot be read (${cause.code}): give a URL, or the path of a file.`,
        {
          cause,
        },
      );
    });
  }
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return fetchUrl(name, { gateway: "", maxBytes: MAX_INPUT_BYTES, privateHosts: "allowed", signal });
}
