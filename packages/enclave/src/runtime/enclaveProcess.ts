import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, realpath, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { App } from "../app/appFolder.js";
import { OWNER_FILE, OWNER_FOLDER } from "../files/ownerOnly.js";
import { attachNetwork, prepareNetwork, type AppNetwork } from "../network/userNetwork.js";
import { removeFolder, removeFolderAtOnce } from "../files/removeFolder.js";
import { decodeLine, send } from "./channel.js";
import type { Launch, SandboxLimits } from "./launch.js";
import { treeOf, useOf } from "./memoryUse.js";
import { launchIn, type Sandbox } from "./sandbox.js";

/** An enclave that ended before it was done. */
export class EnclaveLostError extends Error {
  override readonly name = "EnclaveLostError";
}

/** What Node sets aside before an app has allocated anything. */
const NODE_DATA = 2 ** 30;
const LOOK_EVERY_MS = 50;
/** How long after a program's time is up its enclave may still take to say so. */
const GRACE_MS = 30_000;
/** How long an enclave that is told to end may take. */
const GOODBYE_MS = 1_000;

/** The process that an enclave is, seen from the worker that started it. */
export class EnclaveProcess {
  readonly launch: Launch;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #limits: SandboxLimits;
  readonly #ended: Promise<void>;
  #endNetwork: (() => void) | undefined;
  #answer: { resolve: (message: unknown) => void; reject: (reason: Error) => void } | undefined;
  #lost: EnclaveLostError | undefined;
  #heard: Buffer[] = [];
  #length = 0;
  #complaint = "";
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
      this.#child.once("error", (cause) => this.#lose(`does not start: ${cause.message}`));
      this.#child.once("close", (code, signal) => {
        this.#lose(`ended with ${code === null ? `signal ${signal}` : `exit code ${code}`}`);
        resolve();
      });
    });
    this.#child.stdin!.on("error", () => this.#lose("hung up"));
    this.#child.stdout!.on("data", (chunk: Buffer) => this.#hear(chunk));
    this.#child.stderr!.on("data", (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk.toString()}`.slice(-2000);
    });
    process.once("exit", this.#vanish);
    void this.#watch();
  }

  /** @throws {@link EnclaveLostError} */
  static async start(app: App, { kind, network }: Sandbox, limits: SandboxLimits): Promise<EnclaveProcess> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "enclave-")));
    const [code, workspace] = [join(folder, "app"), join(folder, "work")];
    for (const place of [code, workspace]) await mkdir(place, { mode: OWNER_FOLDER });
    for (const { path, content, isExecutable } of app.files) {
      await mkdir(dirname(join(code, path)), { recursive: true, mode: OWNER_FOLDER });
      await writeFile(join(code, path), content, { mode: isExecutable ? OWNER_FOLDER : OWNER_FILE });
    }
    const contents = { app: code, manifest: app.manifest, workspace, limits };
    if (network === undefined || !app.manifest.permissions.includes("network")) {
      return new EnclaveProcess(launchIn(kind, contents), folder, limits);
    }
    const { endpoints } = network;
    if (kind === "node") {
      return new EnclaveProcess(
        launchIn(kind, { ...contents, network: { endpoints, files: new Map() } }),
        folder,
        limits,
      );
    }
    const { command, files } = await prepareNetwork(network, folder);
    const launch = launchIn(kind, { ...contents, network: { endpoints, files } });
    const gated = { ...launch, command: [...command, ...launch.command], isGated: true };
    const started = new EnclaveProcess(gated, folder, limits);
    await started.#attach(network);
    return started;
  }

  async #attach(network: AppNetwork): Promise<void> {
    try {
      this.#endNetwork = await attachNetwork(this.#child, network);
    } catch (error) {
      this.#lose(`has no network: ${(error as Error).message}`);
      await this.stop();
      throw this.#lost!;
    }
  }

  /** Says something to the enclave, and waits for what it answers. */
  ask(message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      if (this.#lost === undefined) send(this.#child.stdin!, message);
      else reject(this.#lost);
    });
  }

  /** The same, for an answer that may take as long as a program may run. */
  run(message: object): Promise<unknown> {
    this.#deadline = Date.now() + this.#limits.timeoutMs + GRACE_MS;
    return this.ask(message);
  }

  async stop(): Promise<void> {
    this.#lose("was stopped");
    // It takes what it started along.
    this.#child.stdin!.end();
    await Promise.race([this.#ended, sleep(GOODBYE_MS)]);
    this.#kill();
    this.#endNetwork?.();
    await this.#ended;
    process.off("exit", this.#vanish);
    await removeFolder(this.#folder);
  }

  /** For when there is no time left to wait for anything. */
  readonly #vanish = (): void => {
    this.#kill();
    this.#endNetwork?.();
    removeFolderAtOnce(this.#folder);
  };

  /** Ends the enclave and its app, which leads a group of processes of its own. */
  readonly #kill = (): void => {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined) return;
    // Once it has ended, its number may be another process's; that of its group is not while anybody is left there.
    const hasEnded = exitCode !== null || signalCode !== null;
    const others = hasEnded ? [] : treeOf(pid).slice(1);
    stopProcess(-pid);
    for (const each of others) {
      stopProcess(-each);
      stopProcess(each);
    }
  };

  #hear(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > 2 * this.#limits.maxOutputBytes + 16 * this.#limits.maxLogBytes + 2 ** 20) {
      this.#lose("said more than a result can be");
      this.#kill();
      return;
    }
    this.#heard.push(chunk);
    if (chunk.at(-1) !== 0x0a) return;
    const line = Buffer.concat(this.#heard).toString("utf8");
    this.#heard = [];
    this.#length = 0;
    try {
      this.#answer?.resolve(decodeLine(line));
    } catch {
      this.#lose("said something that makes no sense");
      this.#kill();
    }
  }

  #lose(how: string): void {
    const said = this.#complaint.trim();
    this.#lost ??= new EnclaveLostError(`The enclave ${how}.${said === "" ? "" : ` It said: ${said}`}`);
    this.#answer?.reject(this.#lost);
  }

  /** Stops an enclave that takes too much. */
  async #watch(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const { timeoutMs, maxMemoryBytes, maxProcesses } = this.#limits;
    let pids: readonly number[] = [];
    while (this.#lost === undefined) {
      const use = await useOf(pid);
      const { bytes } = use;
      ({ pids } = use);
      const processes = pids.length;
      if (bytes > maxMemoryBytes) this.#lose(`took ${bytes} bytes of memory where ${maxMemoryBytes} are allowed`);
      if (processes > maxProcesses) this.#lose(`ran ${processes} processes where ${maxProcesses} are allowed`);
      if (Date.now() > this.#deadline) this.#lose(`took longer than ${(timeoutMs + GRACE_MS) / 1000} s`);
      if (this.#lost === undefined) await sleep(LOOK_EVERY_MS);
      else for (const each of pids) stopProcess(each);
    }
  }
}

/** @param pid of a process, or the negative one of the leader of a group */
function stopProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}
