import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { NO_INSPECTOR } from "@poco-marketplace/enclave/runtime/launch.js";
import { NetworkError } from "./networkError.js";
import type { AliveMessage, NoticeMessage, ReadyMessage } from "./runService.js";

/** A process to keep running. */
export interface ProcessOptions {
  /** The display name, such as `worker 2`. */
  readonly title: string;
  /** The name of the service. */
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A process that is kept running. */
export interface SupervisedProcess {
  readonly title: string;
  /** Resolves when the process is first ready, with the URL at which it listens, if it listens. */
  readonly ready: Promise<string | undefined>;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** The rules by which a process is started, restarted and stopped, with times in milliseconds. */
export interface RestartRules {
  /** The module to run and its first arguments; the service's name and arguments follow. */
  readonly command: readonly string[];
  /** The pause before the first restart. It doubles with each restart until a process stays up. */
  readonly firstPause: number;
  readonly longestPause: number;
  readonly staysUpAfter: number;
  /** The time after which a process that was asked to stop is killed. */
  readonly stopTimeout: number;
  /** The time without a heartbeat after which a process that was ready counts as stuck and is killed. */
  readonly silence: number;
}

/** That of this module: `.ts` in the repository, `.js` in a package. */
const EXTENSION = extname(fileURLToPath(import.meta.url));

const RESTART_RULES: RestartRules = {
  command: [fileURLToPath(new URL(`../poco${EXTENSION}`, import.meta.url)), "network"],
  firstPause: 100,
  longestPause: 5_000,
  staysUpAfter: 20_000,
  stopTimeout: 8_000,
  silence: 30_000,
};

/** Starts a service as a process of its own, and restarts it whenever it ends, until it is stopped. */
export function supervise(
  options: ProcessOptions,
  print: (line: string) => void,
  changes: Partial<RestartRules> = {},
): SupervisedProcess {
  const rules = { ...RESTART_RULES, ...changes };
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  let pause = rules.firstPause;
  const { promise: ready, resolve, reject } = Promise.withResolvers<string | undefined>();

  function start(isFirst: boolean): void {
    const startedAt = Date.now();
    let isReady = false;
    const started = open(options, rules);
    const watch = watchdog(rules.silence, () => {
      print(`${options.title} has not responded for ${rules.silence / 1000} s and is killed. Log: ${options.logFile}`);
      started.kill("SIGKILL");
    });
    child = started;
    child.on("message", (message: ReadyMessage | AliveMessage | NoticeMessage) => {
      if ("notice" in message) return print(message.notice);
      watch.recordHeartbeat();
      if ("isAlive" in message) return;
      const { url } = message;
      isReady = true;
      resolve(url);
      if (!isFirst) print(`${options.title} is back after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      child = undefined;
      watch.end();
      if (isStopping) return;
      const how = signal ?? `exit code ${code}`;
      if (isFirst && !isReady)
        return reject(new NetworkError(`${options.title} did not start (${how}): ${lastOutput(options)}`));
      if (Date.now() - startedAt > rules.staysUpAfter) pause = rules.firstPause;
      const wait = (pause / 1000).toFixed(1);
      timer = setTimeout(() => start(false), pause);
      print(`${options.title} ended (${how}); it restarts in ${wait} s. Log: ${options.logFile}`);
      pause = Math.min(pause * 2, rules.longestPause);
    });
  }

  start(true);
  return {
    title: options.title,
    ready,
    pid: () => child?.pid,
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      if (child !== undefined) await end(child, rules);
    },
  };
}

/**
 * Calls `onSilence` when no message comes for `silence` milliseconds after an earlier one. It counts ticks and not
 * clock time, so that time in which this process itself was suspended does not count.
 */
function watchdog(silence: number, onSilence: () => void) {
  const step = silence / 10;
  let quiet = 0;
  let timer: NodeJS.Timeout | undefined;
  const check = () => {
    quiet += step;
    if (quiet < silence) return;
    clearInterval(timer);
    onSilence();
  };
  return {
    recordHeartbeat() {
      quiet = 0;
      timer ??= setInterval(check, step).unref();
    },
    end: () => clearInterval(timer),
  };
}

/**
 * Node's options for services. V8 of Node 24 sometimes aborts when it frees compiled WebAssembly such as PGlite's, so
 * collecting that is turned off.
 */
const NODE_OPTIONS = ["--no-wasm-code-gc", NO_INSPECTOR, ...(EXTENSION === ".ts" ? ["--import", "tsx"] : [])];

function open({ name, args, environment, logFile }: ProcessOptions, { command }: RestartRules): ChildProcess {
  const log = openSync(logFile, "a", 0o600);
  try {
    return spawn(process.execPath, [...NODE_OPTIONS, ...command, name, ...args], {
      cwd: fileURLToPath(new URL("../../../..", import.meta.url)),
      env: { ...withoutSecrets(process.env), ...environment },
      stdio: ["ignore", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
}

/** Drops keys, since each service receives only its own, and the options for a debugger, which could read them. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { POCO_KEY: _key, POCO_WORKER_KEYS: _workerKeys, NODE_OPTIONS: options, ...rest } = environment;
  return options === undefined ? rest : { ...rest, NODE_OPTIONS: withoutInspector(options) };
}

/** Removes the options that open Node's inspector: `--inspect`, `--inspect-brk=…`, `--inspect-port 0`. */
export function withoutInspector(options: string): string {
  return options
    .replaceAll(/(?<=^|\s)--(?:inspect(?:-brk|-wait)?(?:=\S*)?(?=\s|$)|(?:inspect|debug)-port[= ]\S+)/g, "")
    .trim();
}

async function end(child: ChildProcess, { stopTimeout }: RestartRules): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeout);
  await gone;
  clearTimeout(timer);
}

/** Returns the last line of the log file that is not a JSON log entry, such as the error that ended the process. */
function lastOutput({ logFile }: ProcessOptions): string {
  const lines = readFileSync(logFile, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("{"));
  return lines.slice(-1)[0]?.trim() ?? `see ${logFile}`;
}
