import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { attachNetwork, type AppNetwork } from "../network/userNetwork.js";
import { removeFolder, removeFolderAtOnce } from "../files/removeFolder.js";
import { decodeLine, writeMessage } from "./channel.js";
import type { EnclaveApp } from "./enclaveApp.js";
import type { Launch, SandboxLimits } from "./launch.js";
import { exactMemoryOf, memoryUseOf, processTreeOf } from "./memoryUse.js";
import { prepareLaunch } from "./prepareLaunch.js";
import type { Sandbox } from "./sandbox.js";

/** An enclave that ended before it had a result. */
export class EnclaveLostError extends Error {
  override readonly name = "EnclaveLostError";
}

/** The memory that Node reserves before an app has allocated any, in bytes. */
const NODE_DATA = 2 ** 30;
const LOOK_EVERY_MS = 50;
/** How long an enclave may take to report that its program's time is up, in milliseconds. */
const GRACE_MS = 30_000;
/** How long an enclave that is told to end may take, in milliseconds. */
const GOODBYE_MS = 1_000;

/** The process of an enclave, as the worker that started it sees it. */
export class EnclaveProcess {
  readonly launch: Launch;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #limits: SandboxLimits;
  readonly #ended: Promise<void>;
  #endNetwork: (() => void) | undefined;
  #answer: { resolve: (message: unknown) => void; reject: (reason: Error) => void } | undefined;
  #failure: EnclaveLostError | undefined;
  #chunks: Buffer[] = [];
  #length = 0;
  #stderr = "";
  #deadline = Number.POSITIVE_INFINITY;

  private constructor(launch: Launch, folder: string, limits: SandboxLimits) {
    this.launch = launch;
    this.#folder = folder;
    this.#limits = limits;
    const data = Math.floor((limits.maxMemoryBytes + NODE_DATA) / 1024);
    const script = `ulimit -c 0; ulimit -d ${data}; exec "$@"`;
    this.#child = spawn("/bin/sh", ["-c", script, "sh", ...launch.command], {
      cwd: folder,
      env: { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` },
      stdio: ["pipe", "pipe", "pipe", ...(launch.isGated === true ? (["pipe"] as const) : [])],
      detached: true,
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (cause) => this.#fail(`does not start: ${cause.message}`));
      this.#child.once("close", (code, signal) => {
        this.#fail(`ended with ${code === null ? `signal ${signal}` : `exit code ${code}`}`);
        resolve();
      });
    });
    this.#child.stdin!.on("error", () => this.#fail("hung up"));
    this.#child.stdout!.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#child.stderr!.on("data", (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk.toString()}`.slice(-2000);
    });
    process.once("exit", this.#endAtOnce);
    void this.#watch();
  }

  /**
   * Starts the process of an app in a sandbox.
   *
   * @throws {@link EnclaveLostError}, `ImageSandboxError` where no image can be run, `MissingProgramError`
   */
  static async start(runs: EnclaveApp, sandbox: Sandbox, limits: SandboxLimits): Promise<EnclaveProcess> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "enclave-")));
    try {
      const { launch, network } = await prepareLaunch(runs, sandbox, limits, folder);
      const started = new EnclaveProcess(launch, folder, limits);
      if (network !== undefined) await started.#attach(network);
      return started;
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  async #attach(network: AppNetwork): Promise<void> {
    try {
      this.#endNetwork = await attachNetwork(this.#child, network);
    } catch (error) {
      this.#fail(`has no network: ${(error as Error).message}`);
      await this.stop();
      throw this.#failure!;
    }
  }

  /** Sends a message to the enclave, and waits for its answer. */
  ask(message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      if (this.#failure === undefined) writeMessage(this.#child.stdin!, message);
      else reject(this.#failure);
    });
  }

  /** Does the same for an answer that may take as long as a program may run. */
  run(message: object): Promise<unknown> {
    this.#deadline = Date.now() + this.#limits.timeoutMs + GRACE_MS;
    return this.ask(message);
  }

  async stop(): Promise<void> {
    this.#fail("was stopped");
    // The enclave ends its own processes with itself.
    this.#child.stdin!.end();
    await Promise.race([this.#ended, sleep(GOODBYE_MS)]);
    this.#kill();
    this.#endNetwork?.();
    await this.#ended;
    process.off("exit", this.#endAtOnce);
    await removeFolder(this.#folder);
  }

  /** Ends the enclave at once, when this process exits and nothing can be awaited. */
  readonly #endAtOnce = (): void => {
    this.#kill();
    this.#endNetwork?.();
    removeFolderAtOnce(this.#folder);
  };

  /** Ends the enclave and its app, which leads a group of processes of its own. */
  readonly #kill = (): void => {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined) return;
    // Once the process has ended, its id may be reused; the id of its group is not while the group has members.
    const hasEnded = exitCode !== null || signalCode !== null;
    const others = hasEnded ? [] : processTreeOf(pid).slice(1);
    stopProcess(-pid);
    for (const each of others) {
      stopProcess(-each);
      stopProcess(each);
    }
  };

  #receive(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > 2 * this.#limits.maxOutputBytes + 16 * this.#limits.maxLogBytes + 2 ** 20) {
      this.#fail("sent more than a result can have");
      this.#kill();
      return;
    }
    this.#chunks.push(chunk);
    if (chunk.at(-1) !== 0x0a) return;
    const line = Buffer.concat(this.#chunks).toString("utf8");
    this.#chunks = [];
    this.#length = 0;
    try {
      this.#answer?.resolve(decodeLine(line));
    } catch {
      this.#fail("sent something that is not a message");
      this.#kill();
    }
  }

  #fail(how: string): void {
    const output = this.#stderr.trim();
    this.#failure ??= new EnclaveLostError(`The enclave ${how}.${output === "" ? "" : ` Its last output: ${output}`}`);
    this.#answer?.reject(this.#failure);
  }

  /** Stops an enclave that exceeds a limit. */
  async #watch(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const { timeoutMs, maxMemoryBytes, maxProcesses } = this.#limits;
    let pids: readonly number[] = [];
    while (this.#failure === undefined) {
      const use = await memoryUseOf(pid);
      ({ pids } = use);
      const processes = pids.length;
      const bytes = use.bytes > maxMemoryBytes ? await exactMemoryOf(pids) : use.bytes;
      if (bytes > maxMemoryBytes) this.#fail(`took ${bytes} bytes of memory where ${maxMemoryBytes} are allowed`);
      if (processes > maxProcesses) this.#fail(`ran ${processes} processes where ${maxProcesses} are allowed`);
      if (Date.now() > this.#deadline) this.#fail(`took longer than ${(timeoutMs + GRACE_MS) / 1000} s`);
      if (this.#failure === undefined) await sleep(LOOK_EVERY_MS);
      else for (const each of pids) stopProcess(each);
    }
  }
}

/**
 * Kills a process or a group of processes.
 *
 * @param pid - The id of a process, or the negative id of the leader of a group.
 */
function stopProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended already.
  }
}
