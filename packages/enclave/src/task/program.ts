import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { FIRST_INPUT, type ProgramCommand } from "./taskProgram.js";

/** The output of a program, cut off at the limit. */
export interface ProgramLogs {
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program, and when to stop it. */
export interface ProgramRun extends ProgramCommand {
  readonly timeoutMs: number;
  /** How much of each of stdout and stderr is kept, in bytes. */
  readonly maxLogBytes: number;
  /**
   * Called again and again while the program runs; an error that it rejects with stops the program and is the outcome.
   */
  readonly watch: () => Promise<void>;
}

/** A program that is missing, or that this machine cannot run. */
export class ProgramNotRunnableError extends Error {
  override readonly name = "ProgramNotRunnableError";
  readonly program: string;

  constructor(program: string, reason: string, advice: string, options?: ErrorOptions) {
    super(`The program ${program} ${reason}: ${advice}.`, options);
    this.program = program;
  }
}

/** Lines that Node adds below the message of an uncaught error: its stack. */
const NOT_A_REASON = /^\s+at |^Node\.js v/;
/** How a program ends that was killed: by itself, or as its sandbox reports it. */
const KILLED: ReadonlySet<number | string> = new Set([137, "SIGKILL"]);
const OUT_OF_MEMORY = "It was killed, as happens when there is no memory left for it: make it take less memory.";

/** A program that ended with an error. */
export class ProgramFailedError extends Error {
  override readonly name = "ProgramFailedError";
  /** The exit code, or the signal that ended it. */
  readonly outcome: number | string;
  readonly logs: ProgramLogs;

  /** @param known - What to do, where that is known. */
  constructor(program: string, outcome: number | string, logs: ProgramLogs, known?: string) {
    const how = typeof outcome === "number" ? `exit code ${outcome}` : `signal ${outcome}`;
    const output = logs.stderr
      .split("\n")
      .filter((line) => line.trim() !== "" && !NOT_A_REASON.test(line))
      .slice(-5)
      .join("\n")
      .slice(-1000);
    const advice =
      output === "" ? "It printed nothing; make it write to stderr what is wrong" : `Fix what it reports:\n${output}`;
    const reason = known ?? (KILLED.has(outcome) ? OUT_OF_MEMORY : undefined);
    super(`The program ${program} ended with ${how}. ${reason ?? advice}`);
    this.outcome = outcome;
    this.logs = logs;
  }
}

/** A program that took too long. */
export class ProgramTimeoutError extends Error {
  override readonly name = "ProgramTimeoutError";
  readonly logs: ProgramLogs;

  constructor(program: string, timeoutMs: number, logs: ProgramLogs) {
    const limit = `${timeoutMs / 1000} s`;
    super(`The program ${program} was stopped after ${limit}: make it faster, or ask for a category with more time.`);
    this.logs = logs;
  }
}

const WATCH_EVERY_MS = 100;
const DRAIN_MS = 500;
const TIMEOUT = Symbol("timeout");

/**
 * Runs a program in a group of processes of its own, all of which end with it.
 *
 * @throws {@link ProgramNotRunnableError}, {@link ProgramFailedError}, {@link ProgramTimeoutError}, and what
 * `watch` throws
 */
export async function runProgram(run: ProgramRun): Promise<ProgramLogs> {
  const [command, ...args] = run.command;
  const { inputs = [] } = run;
  const child = spawn(command!, args, {
    cwd: run.folder,
    env: { ...run.environment },
    stdio: ["ignore", "pipe", "pipe", ...inputs.map(() => "pipe" as const)],
    detached: true, // Leads a process group, so that its children can be stopped with it.
  });
  inputs.forEach((content, index) => send(content, child.stdio[FIRST_INPUT + index] as Writable));
  const stdout = collect(child, "stdout", run.maxLogBytes);
  const stderr = collect(child, "stderr", run.maxLogBytes);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const exited = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });

  // An interrupt of the host ends its programs too.
  const stopWithHost = () => stopGroup(child);
  process.once("exit", stopWithHost);
  const over = new AbortController();
  const watching = watch(run, child, over.signal);
  let outcome: number | string;
  let stopped: unknown;
  try {
    outcome = await exited;
  } catch (cause) {
    const isTooLong = (cause as NodeJS.ErrnoException).code === "E2BIG";
    const advice = isTooLong ? "make its arguments and variables shorter" : `make sure that ${command} exists and runs`;
    throw new ProgramNotRunnableError(run.name, "does not start", advice, { cause });
  } finally {
    over.abort();
    stopGroup(child);
    process.off("exit", stopWithHost);
    stopped = await watching;
  }
  // A grandchild that left the group may keep the pipes open for ever.
  await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();

  const logs = { stdout: stdout(), stderr: stderr() };
  if (stopped === TIMEOUT) throw new ProgramTimeoutError(run.name, run.timeoutMs, logs);
  if (stopped !== undefined) throw stopped as Error;
  if (outcome !== 0) throw new ProgramFailedError(run.name, outcome, logs, run.advise?.(logs));
  return logs;
}

function send(content: Uint8Array, pipe: Writable): void {
  // A command that does not start does not read it; its exit tells why.
  pipe.on("error", () => undefined);
  pipe.end(content);
}

/** Stops the program when it exceeds a limit, and returns the error. */
async function watch(run: ProgramRun, child: ChildProcess, over: AbortSignal): Promise<unknown> {
  const deadline = Date.now() + run.timeoutMs;
  while (!over.aborted) {
    const objection = await run.watch().catch((reason: unknown) => reason);
    if (over.aborted) break;
    const reason = objection ?? (Date.now() >= deadline ? TIMEOUT : undefined);
    if (reason !== undefined) {
      stopGroup(child);
      return reason;
    }
    const pause = Math.min(WATCH_EVERY_MS, deadline - Date.now());
    await sleep(pause, undefined, { signal: over }).catch(() => undefined);
  }
  return undefined;
}

function collect(child: ChildProcess, stream: "stdout" | "stderr", limit: number): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  child[stream]?.on("data", (chunk: Buffer) => {
    if (length < limit) chunks.push(chunk.subarray(0, limit - length));
    length += chunk.length;
  });
  return () => {
    const text = Buffer.concat(chunks).toString("utf8");
    return length > limit ? `${text}\n[cut off: ${length} bytes in all]\n` : text;
  };
}

function stopGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All processes of the group have ended.
  }
}
