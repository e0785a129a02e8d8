import { encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Measurement } from "../app/measurement.js";
import type { EnclaveResult, PrintedLogs } from "../task/enclave.js";
import type { ProgramLogs } from "../task/program.js";
import { loadedMeasurement, type EnclaveApp } from "./enclaveApp.js";
import { EnclaveProcess } from "./enclaveProcess.js";
import type { SandboxLimits } from "./launch.js";
import type {
  StartMessage,
  KeysMessage,
  TaskFailure,
  OutcomeMessage,
  SealedSecrets,
  SealedTask,
  TaskMessage,
} from "./messages.js";
import type { Processor } from "./processor.js";
import { chooseSandbox, type Sandbox } from "./sandbox.js";

/** The app, the task and the machine that an enclave is started for. */
export interface EnclaveStart {
  readonly app: EnclaveApp;
  readonly processor: Processor;
  readonly worker: Address;
  readonly taskId: Hex;
  /** The best one of this machine by default; the notice warns when that is not a real sandbox. */
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<SandboxLimits>;
  /** Whether a result that is not encrypted has what the app printed: by default it has not. */
  readonly logs?: PrintedLogs;
  /** A process that was started in advance with the same app, sandbox and limits, and was not used yet. */
  readonly prepared?: EnclaveProcess;
}

/** The identity of a running enclave, and the quote that proves it. */
export interface EnclaveIdentity {
  readonly binding: EnclaveBinding;
  readonly measurement: Measurement;
  readonly quote: Uint8Array;
  readonly sandbox: Sandbox;
  /** What the quote proves and what it does not, for people. */
  readonly notice: string;
}

/** An error that the enclave reports instead of a result. */
export class EnclaveFailedError extends Error {
  override readonly name = "EnclaveFailedError";
  /** The name of the error within. */
  readonly reason: string;
  /** The exit code of the program, if it ended with one. */
  readonly exitCode: number | undefined;
  /** The output of the program, if it ran. */
  readonly logs: ProgramLogs | undefined;

  constructor({ name, message, exitCode, logs }: TaskFailure) {
    super(message);
    this.reason = name;
    this.exitCode = exitCode;
    this.logs = logs;
  }
}

export const SANDBOX_LIMITS: SandboxLimits = {
  timeoutMs: 300_000,
  maxOutputBytes: 50 * 2 ** 20,
  maxLogBytes: 2 ** 20,
  maxMemoryBytes: 2 ** 30,
  maxProcesses: 32,
  maxFileBytes: 512 * 2 ** 20,
  maxFiles: 100_000,
  maxThreads: 1_024,
};

/** An enclave for one task: a process in a sandbox, whose keys are made in it and never leave it. */
export class AttestedEnclave {
  readonly identity: EnclaveIdentity;
  readonly #process: EnclaveProcess;

  private constructor(identity: EnclaveIdentity, started: EnclaveProcess) {
    this.identity = identity;
    this.#process = started;
  }

  /**
   * Starts an enclave and has it attested. Its caller must run or stop it.
   *
   * @throws {@link EnclaveLostError}
   */
  static async start(start: EnclaveStart): Promise<AttestedEnclave> {
    const { app, processor, worker, taskId, sandbox = await chooseSandbox("none"), logs = "withheld" } = start;
    const limits = { ...SANDBOX_LIMITS, ...start.limits };
    const started = start.prepared ?? (await EnclaveProcess.start(app, sandbox, limits));
    try {
      const { launch } = started;
      const message: StartMessage = {
        worker,
        taskId,
        app: launch.app,
        workspace: launch.workspace,
        limits,
        logs,
      };
      const { enclave, encryptionKey } = (await started.ask(message)) as KeysMessage;
      const binding = { worker, taskId, enclave, encryptionKey };
      const measurement = loadedMeasurement(app);
      const quote = processor.quote(measurement, encodeReportData(binding));
      const notice = noticeOf(processor, sandbox);
      return new AttestedEnclave({ binding, measurement, quote, sandbox, notice }, started);
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /**
   * Runs the task that the enclave was started for, once, and ends the enclave whatever happens.
   *
   * @throws {@link EnclaveFailedError}, {@link EnclaveLostError}
   */
  async run(task: SealedTask, secrets: SealedSecrets = {}): Promise<EnclaveResult> {
    try {
      const outcome = (await this.#process.run({ task, secrets } satisfies TaskMessage)) as OutcomeMessage;
      if ("failure" in outcome) throw new EnclaveFailedError(outcome.failure);
      return outcome.result;
    } finally {
      await this.stop();
    }
  }

  /** Ends the enclave, and its keys with it. */
  stop(): Promise<void> {
    return this.#process.stop();
  }
}

function noticeOf({ isSimulated }: Processor, { kind, warning }: Sandbox): string {
  const where = `Isolation is simulated: ${isSimulated ? "no enclave hardware is involved, and " : ""}whoever runs this machine can look into the ${kind} sandbox.`;
  return warning === undefined ? where : `${where} ${warning}`;
}
