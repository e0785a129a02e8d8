import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";

import type { Terminal } from "./terminal.js";

/** An unusable command line, file or service. The message says what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A failure for which the command line is not to blame. The message says what to do. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
}

/** The output that a command prints at its end, and its exit code. */
export interface CommandOutcome {
  /** 0: done. 1: what was asked for failed, or the answer is no. 2: the command line, a file or a service is unusable. */
  readonly code: 0 | 1 | 2;
  /** Empty for a command that prints as it goes. */
  readonly stdout: string;
  readonly stderr: string;
}

/** The surroundings of a command. */
export interface CommandContext {
  /** The variables of the environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Prints a line to stdout, for commands that print as they go. */
  readonly print: (line: string) => void;
  /** Whether somebody sits at a terminal who can be asked. */
  readonly isTerminal: boolean;
  /** Tells people what is done, on stderr. */
  readonly progress: Terminal;
  /** Receives the outcome of the command. Without it, a command has exit code 0 and printed all there is. */
  readonly finish: (outcome: CommandOutcome) => void;
}

/** The default upper limit of a numeric option. */
const MOST = 2 ** 31 - 1;

/**
 * Reads the whole number of an option.
 *
 * @throws {@link UsageError} unless the text is a whole number from `least` to `most`
 */
export function wholeNumber(option: string, text: string, least = 0, most = MOST): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${option} is ${text}: give a whole number from ${least} to ${most}.`);
}

/** Formats the end of a help text: examples, each with what it does, and the meanings of the exit codes. */
export function helpEnd({
  examples,
  exitCodes,
}: {
  readonly examples: readonly (readonly [command: string, does: string])[];
  readonly exitCodes: string;
}): string {
  const lines = examples.map(([command, does]) => `  ${command}\n      ${does}`);
  return `\nExamples:\n${lines.join("\n")}\n\nExit codes:\n  ${exitCodes}`;
}

/**
 * Parses a command line, runs the command that it names, and returns once its action has ended.
 *
 * @throws {@link UsageError} for a command line that the command does not take; whatever the action throws
 */
export async function runParsed(
  command: CommandUnknownOpts,
  args: readonly string[],
  print: CommandContext["print"],
): Promise<void> {
  makeStrict(command, print);
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    // Asking for help is not an error.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
}

/** Lets a command and those within it throw {@link UsageError} instead of printing to stderr and exiting. */
export function makeStrict(command: CommandUnknownOpts, print: CommandContext["print"]): void {
  command
    .helpOption("-h, --help", "print this")
    .helpCommand(false)
    // An option after the name of a command is that command's, also where the one around it has the same.
    .enablePositionalOptions()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: () => undefined })
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 100, 120), subcommandTerm: (sub) => sub.name() })
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : new UsageError(reasonFor(command, error), { cause: error });
    });
  for (const each of command.commands) makeStrict(each, print);
}

function reasonFor(command: CommandUnknownOpts, { code, message }: CommanderError): string {
  const path = pathOf(command);
  const advice = `See ${path} --help.`;
  // Commander answers with the help alone when a command is missing.
  if (code === "commander.help") {
    return `${path} needs a command: ${command.commands.map((each) => each.name()).join(", ")}. ${advice}`;
  }
  const reason = message
    .replace(/^error: /, "")
    .replace(/\n\((.*)\)$/s, " ($1)")
    .replace(/\.?$/, ".");
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)} ${advice}`;
}

/** Returns the names of a command and those that it is in: `poco quote verify`. */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
