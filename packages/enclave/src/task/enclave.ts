import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { Wallet, type BaseWallet } from "ethers";

import { OWNER_FOLDER } from "../files/ownerOnly.js";
import { checkResultKey, encryptResult } from "../protect/resultEncryption.js";
import { splitArgs } from "./args.js";
import { readComputed, type Computed } from "./computed.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { keyOnlyPlatform, type Evidence, type Platform } from "../evidence/evidence.js";
import { checkTask, environmentOf, writeInputs, type TaskFolders } from "./inputs.js";
import { checkSize, readOutput, zipOutput } from "./outputs.js";
import { runProgram, type ProgramLogs } from "./program.js";
import { removeFolder, removeFolderAtOnce } from "../files/removeFolder.js";
import { sealDigest, signSeal, type Seal } from "./seal.js";
import type { EnclaveTask, Hex } from "./task.js";

/** What a program may use up. */
export type EnclaveLimits = {
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** How much of each of stdout and stderr is kept. */
  readonly maxLogBytes: number;
};

/** How an enclave is set up; everything has a default. */
export type EnclaveOptions = {
  /** The key that lives in the enclave; a fresh one by default. */
  readonly key?: BaseWallet;
  /** What can prove the enclave; by default nothing but its key can. */
  readonly platform?: Platform;
  readonly limits?: Partial<EnclaveLimits>;
  /** Where the program may look for executables, as in a PATH variable. */
  readonly path?: string;
  /** The folder in which a task gets one of its own; that of temporary files by default. */
  readonly workspace?: string;
  /**
   * What runs a JavaScript module, before its path: Node by default. `{task}`, `{in}` and `{out}` stand for the folder of
   * the task and those within it.
   */
  readonly interpreter?: readonly string[];
};

/** What comes out of an enclave. */
export type EnclaveResult = Seal & {
  readonly taskId: Hex;
  readonly digest: Hex;
  /** The enclave's address: `enclaveChallenge` of a contribution. */
  readonly enclave: Address;
  readonly enclaveSignature: Hex;
  readonly evidence: Evidence;
  /** What to deliver: `iexec_out.zip`, or its encryption for the beneficiary. */
  readonly archive: Uint8Array;
  readonly isEncrypted: boolean;
  /** What the program has for the callback contract, `resultsCallback` on chain. */
  readonly callbackData: Hex | undefined;
  /** `computed.json` as the system completes it. */
  readonly computed: Readonly<Record<string, string>>;
  readonly logs: ProgramLogs;
  readonly durationMs: number;
};

const DEFAULT_LIMITS: EnclaveLimits = { timeoutMs: 300_000, maxOutputBytes: 50 * 2 ** 20, maxLogBytes: 2 ** 20 };
const DEFAULT_PATH = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":");

/**
 * Runs iApps and vouches for what they computed.
 *
 * A simulation: the program is a process of its own that gets none of the host's environment and stays within limits,
 * but nothing hides it from the host, nor the host's files from it.
 */
export class Enclave {
  readonly #key: BaseWallet;
  readonly #platform: Platform;
  readonly #limits: EnclaveLimits;
  readonly #path: string;
  readonly #workspace: string;
  readonly #interpreter: readonly string[];
  #evidence: Promise<Evidence> | undefined;

  constructor({
    key = Wallet.createRandom(),
    platform = keyOnlyPlatform,
    limits,
    path = DEFAULT_PATH,
    workspace = tmpdir(),
    interpreter = [process.execPath],
  }: EnclaveOptions = {}) {
    this.#key = key;
    this.#platform = platform;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#path = path;
    this.#workspace = workspace;
    this.#interpreter = interpreter;
  }

  /** The address that the enclave signs with. */
  get challenge(): Address {
    return this.#key.address as Address;
  }

  /** What the enclave shows to be believed. */
  evidence(): Promise<Evidence> {
    this.#evidence ??= this.#platform.attest({ challenge: this.challenge });
    return this.#evidence;
  }

  /**
   * Runs one task: opens its dataset, runs its program, signs the digest of what it computed, packs the result.
   *
   * Nothing stays on disk and nothing keeps running, whatever happens; also when the host is told to exit.
   *
   * @throws the errors of this folder and of `packages/enclave/src/protect/`, each saying what to do
   */
  async run(task: EnclaveTask): Promise<EnclaveResult> {
    checkTask(task);
    if (task.resultKey !== undefined) checkResultKey(task.resultKey);
    const evidence = await this.evidence();
    const startedAt = performance.now();
    const folder = await realpath(await mkdtemp(join(this.#workspace, "iexec-task-")));
    const removeAtOnce = () => removeFolderAtOnce(folder);
    process.once("exit", removeAtOnce);
    try {
      const folders = { input: join(folder, "iexec_in"), output: join(folder, "iexec_out") };
      const logs = await this.#execute(task, folders);

      const files = await readOutput(folders.output, this.#limits.maxOutputBytes);
      const computed = readComputed(files, folders.output);
      const zip = await zipOutput(files);
      const archive = task.resultKey === undefined ? zip : await encryptResult(zip, task.resultKey);

      const isEncrypted = task.resultKey !== undefined;
      const durationMs = performance.now() - startedAt;
      return { ...this.#vouch(task, computed), evidence, archive, isEncrypted, logs, durationMs };
    } finally {
      await removeFolder(folder);
      process.off("exit", removeAtOnce);
    }
  }

  async #execute(task: EnclaveTask, folders: TaskFolders): Promise<ProgramLogs> {
    const { timeoutMs, maxLogBytes, maxOutputBytes } = this.#limits;
    for (const place of [folders.input, folders.output]) await mkdir(place, { mode: OWNER_FOLDER });
    await writeInputs(task, folders);
    return runProgram({
      program: resolve(task.program),
      interpreter: this.#interpreter.map((word) =>
        word
          .replaceAll("{in}", folders.input)
          .replaceAll("{out}", folders.output)
          .replaceAll("{task}", dirname(folders.output)),
      ),
      args: typeof task.args === "string" ? splitArgs(task.args) : (task.args ?? []),
      environment: environmentOf(task, folders, this.#path),
      folder: dirname(folders.output),
      timeoutMs,
      maxLogBytes,
      watch: () => checkSize(folders.output, maxOutputBytes),
    });
  }

  #vouch({ taskId, worker }: EnclaveTask, { digest, deterministicPath, callbackData, errorMessage }: Computed) {
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
