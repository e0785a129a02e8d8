import { createHash } from "node:crypto";
import { isAbsolute, posix, relative, sep } from "node:path";

import { concat, isHexString, keccak256 } from "ethers";

import type { OutputFile } from "./outputs.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** A program's description of its own result. */
export interface Computed {
  /** The digest of the result, which goes on chain. */
  readonly digest: Hex;
  /** The path of the file or folder that was digested, as programs in a container see it. */
  readonly deterministicPath: string | undefined;
  /** Bytes for the deal's callback contract; if they are given, they are what is digested. */
  readonly callbackData: Hex | undefined;
  /** The program's own error message. */
  readonly errorMessage: string | undefined;
}

/** A `computed.json` that does not name a result. */
export class InvalidComputedFileError extends Error {
  override readonly name = "InvalidComputedFileError";

  constructor(reason: string, options?: ErrorOptions) {
    const advice = `{"deterministic-output-path": "<file or folder in IEXEC_OUT>"} or {"callback-data": "0x…"}`;
    super(`The program's computed.json is invalid: ${reason}. Make it write ${advice}.`, options);
  }
}

/** The output folder of programs in a container. */
const CONTAINER_OUTPUT = "/iexec_out";

/** The file in which a program names its result. */
const COMPUTED_FILE = "computed.json";

/**
 * Reads the program's description of its result, and computes the digest of the file or folder that it names.
 *
 * The enclave sets task, digest and signature; what the program writes about those is ignored.
 *
 * @param outputFolder - The folder that the program knew as IEXEC_OUT.
 * @throws {@link InvalidComputedFileError}
 */
export function readComputed(files: readonly OutputFile[], outputFolder: string): Computed {
  const written = parse(files);
  const errorMessage = textOf(written, "error-message");

  const callbackData = textOf(written, "callback-data");
  if (callbackData !== undefined) {
    if (!isHexString(callbackData, true)) {
      throw new InvalidComputedFileError(
        `its callback-data "${callbackData.slice(0, 80)}" is not 0x-hex of whole bytes`,
      );
    }
    const data = callbackData as Hex;
    return { digest: keccak256(data) as Hex, deterministicPath: undefined, callbackData: data, errorMessage };
  }

  const path = textOf(written, "deterministic-output-path");
  if (path === undefined) throw new InvalidComputedFileError("it points at no result");
  const inside = pathInside(path, outputFolder);
  const digest = digestOf(files, inside, path);
  const deterministicPath = posix.join(CONTAINER_OUTPUT, inside);
  return { digest, deterministicPath, callbackData: undefined, errorMessage };
}

/**
 * Computes the digest of a result: SHA-256 of a file; of a folder, Keccak-256 of the SHA-256 of its files in the order
 * of their names.
 */
function digestOf(files: readonly OutputFile[], path: string, written: string): Hex {
  const file = files.find((candidate) => candidate.path === path);
  if (file !== undefined) {
    if (file.content.length === 0)
      throw new InvalidComputedFileError(`the file "${written}" that it points at is empty`);
    return sha256(file);
  }
  const prefix = path === "" ? "" : `${path}/`;
  const entries = files.filter((candidate) => candidate.path.startsWith(prefix));
  if (entries.length === 0) throw new InvalidComputedFileError(`there is nothing at "${written}" that it points at`);
  const nested = entries.find((entry) => entry.path.slice(prefix.length).includes("/"));
  if (nested !== undefined) {
    throw new InvalidComputedFileError(
      `the folder "${written}" has "${nested.path}" in a folder within; a digest is of files`,
    );
  }
  return keccak256(concat(entries.map(sha256))) as Hex;
}

/** Makes a path relative to the output folder, with `/`; empty for the folder itself. */
function pathInside(path: string, outputFolder: string): string {
  const absolute = posix.normalize(isAbsolute(path) ? path : posix.join(CONTAINER_OUTPUT, path));
  const roots = [CONTAINER_OUTPUT, outputFolder.split(sep).join("/")];
  for (const root of roots) {
    const inside = relative(root, absolute);
    if (inside !== ".." && !inside.startsWith("../")) return inside;
  }
  throw new InvalidComputedFileError(`it points at "${path}", which is outside IEXEC_OUT`);
}

function parse(files: readonly OutputFile[]): Record<string, unknown> {
  const file = files.find(({ path }) => path === COMPUTED_FILE);
  if (file === undefined) throw new InvalidComputedFileError("it does not exist");
  let written: unknown;
  try {
    written = JSON.parse(Buffer.from(file.content).toString("utf8"));
  } catch (cause) {
    throw new InvalidComputedFileError("it is not JSON", { cause });
  }
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    throw new InvalidComputedFileError("it is not a JSON object");
  }
  return written as Record<string, unknown>;
}

function textOf(written: Record<string, unknown>, key: string): string | undefined {
  const value = written[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") throw new InvalidComputedFileError(`its ${key} is not text`);
  return value;
}

function sha256({ content }: OutputFile): Hex {
  return `0x${createHash("sha256").update(content).digest("hex")}`;
}
