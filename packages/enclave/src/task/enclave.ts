import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Wallet, type BaseWallet } from "ethers";

import { OWNER_FOLDER } from "../files/ownerOnly.js";
import { checkResultKey, encryptResult } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { readComputed, type Computed } from "./computed.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { checkTask, writeInputs, type TaskFolders } from "./inputs.js";
import { ModuleProgram } from "./moduleProgram.js";
import { checkSize, readOutput, withLogs, zipOutput } from "./outputs.js";
import { runProgram, type ProgramLogs } from "./program.js";
import { removeFolder, removeFolderAtOnce } from "../files/removeFolder.js";
import { sealDigest, signSeal, type Seal } from "./seal.js";
import type { EnclaveTask } from "./task.js";

/** The limits of a program. */
export interface EnclaveLimits {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** The most bytes that are kept of stdout, and of stderr. */
  readonly maxLogBytes: number;
}

/** Whether anybody may read what a program printed. */
export type PrintedLogs = "withheld" | "published";

/** The options of an enclave, all with a default. */
export interface EnclaveOptions {
  /** The key that lives in the enclave; a fresh one by default. */
  readonly key?: BaseWallet;
  readonly limits?: Partial<EnclaveLimits>;
  /**
   * Whether the archive of a result that is not encrypted has what the program printed, as `stdout.txt` and
   * `stderr.txt`; by default, only that of an encrypted one has. They are never part of the digest.
   */
  readonly logs?: PrintedLogs;
  /** The folder for the tasks' folders; that of temporary files by default. */
  readonly workspace?: string;
}

/** The result of an enclave's task. */
export interface EnclaveResult extends Seal {
  readonly taskId: Hex;
  readonly digest: Hex;
  /** The enclave's address: `enclaveChallenge` of a contribution. */
  readonly enclave: Address;
  readonly enclaveSignature: Hex;
  /** The file to deliver: `iexec_out.zip`, or its encryption for the beneficiary. */
  readonly archive: Uint8Array;
  readonly isEncrypted: boolean;
  /** Bytes for the callback contract, `resultsCallback` on chain. */
  readonly callbackData: Hex | undefined;
  /** `computed.json` as the system completes it. */
  readonly computed: Readonly<Record<string, string>>;
  readonly logs: ProgramLogs;
  readonly durationMs: number;
}

const DEFAULT_LIMITS: EnclaveLimits = { timeoutMs: 300_000, maxOutputBytes: 50 * 2 ** 20, maxLogBytes: 2 ** 20 };

/**
 * Runs iApps and signs their results.
 *
 * It isolates nothing by itself: a program runs in a process with limits and without the host's environment, but the
 * host can look into it, and it can read the host's files. `AttestedEnclave` runs this class inside a sandbox.
 */
export class Enclave {
  readonly #key: BaseWallet;
  readonly #limits: EnclaveLimits;
  readonly #logs: PrintedLogs;
  readonly #workspace: string;

  constructor({ key = Wallet.createRandom(), limits, logs = "withheld", workspace = tmpdir() }: EnclaveOptions = {}) {
    this.#key = key;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#logs = logs;
    this.#workspace = workspace;
  }

  /** The address of the key with which the enclave signs. */
  get challenge(): Address {
    return this.#key.address as Address;
  }

  /**
   * Runs one task: decrypts its datasets, runs its program, signs the digest of the result, and packs the result.
   *
   * Whatever happens, no file stays on disk and no process keeps running, even when the host exits.
   *
   * @throws {@link InvalidTaskError}, {@link MissingDatasetError}, {@link ProgramFailedError}, {@link
   * ProgramTimeoutError} and the other errors of this folder and of `packages/sdk/src/protect/`
   */
  async run(task: EnclaveTask): Promise<EnclaveResult> {
    checkTask(task);
    if (task.resultKey !== undefined) checkResultKey(task.resultKey);
    const startedAt = performance.now();
    const folder = await realpath(await mkdtemp(join(this.#workspace, "iexec-task-")));
    const removeAtOnce = () => removeFolderAtOnce(folder);
    process.once("exit", removeAtOnce);
    try {
      const folders = { input: join(folder, "iexec_in"), output: join(folder, "iexec_out") };
      const logs = await this.#execute(task, folders);

      const files = await readOutput(folders.output, this.#limits.maxOutputBytes);
      const computed = readComputed(files, folders.output);
      const isEncrypted = task.resultKey !== undefined;
      const zip = await zipOutput(isEncrypted || this.#logs === "published" ? withLogs(files, logs) : files);
      const archive = task.resultKey === undefined ? zip : await encryptResult(zip, task.resultKey);

      const durationMs = performance.now() - startedAt;
      return { ...this.#sign(task, computed), archive, isEncrypted, logs, durationMs };
    } finally {
      await removeFolder(folder);
      process.off("exit", removeAtOnce);
    }
  }

  async #execute(task: EnclaveTask, folders: TaskFolders): Promise<ProgramLogs> {
    const { timeoutMs, maxLogBytes, maxOutputBytes } = this.#limits;
    for (const place of [folders.input, folders.output]) await mkdir(place, { mode: OWNER_FOLDER });
    await writeInputs(task, folders);
    const program = typeof task.program === "string" ? new ModuleProgram(task.program) : task.program;
    return runProgram({
      ...(await program.commandFor(task, folders)),
      timeoutMs,
      maxLogBytes,
      watch: () => checkSize(folders.output, maxOutputBytes),
    });
  }

  #sign({ taskId, worker }: EnclaveTask, { digest, deterministicPath, callbackData, errorMessage }: Computed) {
    const seal = sealDigest(worker, taskId, digest);
    const enclaveSignature = signSeal(this.#key, seal);
    const computed = {
      ...(deterministicPath !== undefined && { "deterministic-output-path": deterministicPath }),
      ...(callbackData !== undefined && { "callback-data": callbackData }),
      ...(errorMessage !== undefined && { "error-message": errorMessage }),
      "task-id": taskId,
      "result-digest": digest,
      "enclave-signature": enclaveSignature,
    };
    return { taskId, digest, ...seal, enclave: this.challenge, enclaveSignature, callbackData, computed };
  }
}
