import { encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { App } from "../app/appFolder.js";
import { measureApp, type Measurement } from "../app/measurement.js";
import type { EnclaveResult } from "../task/enclave.js";
import type { ProgramLogs } from "../task/program.js";
import { EnclaveProcess } from "./enclaveProcess.js";
import type { SandboxLimits } from "./launch.js";
import type {
  BirthMessage,
  BornMessage,
  Failure,
  OutcomeMessage,
  SealedSecrets,
  SealedTask,
  TaskMessage,
} from "./messages.js";
import type { Processor } from "./processor.js";
import { chooseSandbox, type Sandbox } from "./sandbox.js";

/** What an enclave is started with. */
export type EnclaveStart = {
  readonly app: App;
  readonly processor: Processor;
  readonly worker: Address;
  readonly taskId: Hex;
  /** The best one of this machine by default, of which the notice warns when it is none. */
  readonly sandbox?: Sandbox;
  readonly limits?: Partial<SandboxLimits>;
  /** A process that was started before, with that app, sandbox and limits, and was not used yet. */
  readonly prepared?: EnclaveProcess;
};

/** What a running enclave shows of itself. */
export type EnclaveIdentity = {
  readonly binding: EnclaveBinding;
  readonly measurement: Measurement;
  readonly quote: Uint8Array;
  readonly sandbox: Sandbox;
  /** What is and what is not to be believed about it, for people. */
  readonly notice: string;
};

/** An enclave that says why it has no result. */
export class EnclaveFailedError extends Error {
  override readonly name = "EnclaveFailedError";
  /** The name of the error within. */
  readonly reason: string;
  /** Of the program, if it ended with one. */
  readonly exitCode: number | undefined;
  /** What the program wrote to its terminal, if it ran. */
  readonly logs: ProgramLogs | undefined;

  constructor({ name, message, exitCode, logs }: Failure) {
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
};

/** An enclave for one task: a process in a sandbox whose keys were made in there, and stay. */
export class AttestedEnclave {
  readonly identity: EnclaveIdentity;
  readonly #process: EnclaveProcess;

  private constructor(identity: EnclaveIdentity, started: EnclaveProcess) {
    this.identity = identity;
    this.#process = started;
  }

  /**
   * Starts an enclave and has it attested. It must be run or stopped.
   *
   * @throws `EnclaveLostError`
   */
  static async start(start: EnclaveStart): Promise<AttestedEnclave> {
    const { app, processor, worker, taskId, sandbox = await chooseSandbox("none") } = start;
    const limits = { ...SANDBOX_LIMITS, ...start.limits };
    const started = start.prepared ?? (await EnclaveProcess.start(app, sandbox, limits));
    try {
      const { launch } = started;
      const birth: BirthMessage = {
        worker,
        taskId,
        program: `${launch.app}/${app.manifest.entrypoint}`,
        interpreter: launch.interpreter,
        workspace: launch.workspace,
        limits,
      };
      const { enclave, encryptionKey } = (await started.ask(birth)) as BornMessage;
      const binding = { worker, taskId, enclave, encryptionKey };
      const measurement = measureApp(app);
      const quote = processor.quote(measurement, encodeReportData(binding));
      const notice = noticeOf(processor, sandbox);
      return new AttestedEnclave({ binding, measurement, quote, sandbox, notice }, started);
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /**
   * Runs the task that the enclave was started for, once; nothing of it stays, whatever happens.
   *
   * @throws {@link EnclaveFailedError}, `EnclaveLostError`
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
