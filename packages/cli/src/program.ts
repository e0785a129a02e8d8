import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";

import { runParsed, UsageError, type CommandContext, type CommandOutcome } from "./commandLine.js";
import { openQuietTerminal } from "./terminal.js";

/** One of poco's commands. Its module is loaded when it is run, since some of them take long to load. */
interface ListedCommand {
  /** One sentence for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<(context: CommandContext) => CommandUnknownOpts>;
}

const COMMANDS: Readonly<Record<string, ListedCommand>> = {
  iapp: {
    summary: "Makes, tests, publishes and runs apps: container images that enclaves run.",
    load: async () => (await import("./commands/iapp.js")).defineIapp,
  },
  data: {
    summary: "Protects data, and lets apps read them in enclaves.",
    load: async () => (await import("./commands/data.js")).defineData,
  },
  account: {
    summary: "Shows the money of an account, and moves it into and out of escrow.",
    load: async () => (await import("./commands/account.js")).defineAccount,
  },
  wallet: {
    summary: "Keeps private keys in keystores.",
    load: async () => (await import("./commands/wallet.js")).defineWallet,
  },
  network: {
    summary: "Starts a whole network on this machine, or one service of it.",
    load: async () => (await import("./commands/network.js")).defineNetwork,
  },
  demo: {
    summary: "Shows a deal from its four signatures to its five payouts, and attacks that fail.",
    load: async () => (await import("./commands/demo.js")).defineDemo,
  },
  why: {
    summary: "Explains why orders do not match, or which orders serve a request best.",
    load: async () => (await import("./commands/why.js")).defineWhy,
  },
  task: {
    summary: "Shows the state of a task, its history, and what to do if it failed.",
    load: async () => (await import("./commands/task.js")).defineTask,
  },
  quote: {
    summary: "Verifies the quote of an enclave and explains the verdict.",
    load: async () => (await import("./commands/quote.js")).defineQuote,
  },
  measure: {
    summary: "Prints the measurement of an app, which quotes of its enclaves show.",
    load: async () => (await import("./commands/measure.js")).defineMeasure,
  },
  pool: {
    summary: "Lists the requesters that a workerpool denies, and admits them again.",
    load: async () => (await import("./commands/pool.js")).definePool,
  },
  completion: {
    summary: "Prints a script with which a shell completes the commands and options of poco.",
    load: async () => (await import("./commands/completion.js")).defineCompletion,
  },
};

/** Whether to complete words: a hidden command that the scripts of `poco completion` run. */
const COMPLETE = "complete";

/**
 * Runs `poco` with these arguments.
 *
 * @returns what is still to be printed, and the exit code
 */
export async function runPoco(
  args: readonly string[],
  { environment, isTerminal, print, progress }: Omit<CommandContext, "finish">,
): Promise<CommandOutcome> {
  let outcome: CommandOutcome = { code: 0, stdout: "", stderr: "" };
  const finish = (reported: CommandOutcome) => {
    outcome = reported;
  };
  try {
    if (args[0] === COMPLETE) await printCandidates(args.slice(1), print);
    else await runParsed(await programFor(args, { environment, isTerminal, print, progress, finish }), args, print);
    return outcome;
  } catch (error) {
    // These are mistakes of the program, which a stack trace helps to find.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    const { failureSentence } = await import("./failureSentence.js");
    const reason = failureSentence(error);
    const stdout = args.includes("--json") ? JSON.stringify({ error: reason }, null, 2) : "";
    return { code: error instanceof UsageError ? 2 : 1, stdout, stderr: reason };
  }
}

/** Returns `poco` with the definition of the command that is run; of the others, only names and summaries. */
async function programFor([name]: readonly string[], context: CommandContext): Promise<CommandUnknownOpts> {
  if (name === undefined) throw new UsageError("poco needs a command. poco --help lists the commands.");
  if (!name.startsWith("-") && !Object.hasOwn(COMMANDS, name))
    throw new UsageError(`poco has no command ${JSON.stringify(name)}. poco --help lists the commands.`);
  const program = new Command("poco").description("An open marketplace for confidential computing.");
  for (const [each, { summary, load }] of Object.entries(COMMANDS)) {
    const command = each === name ? (await load())(context) : new Command(each);
    program.addCommand(command.summary(summary));
  }
  return program.addHelpText("after", "\npoco COMMAND --help lists the options of a command.");
}

/** Prints what could follow the last of the words, which may be incomplete, a line each. */
async function printCandidates(words: readonly string[], print: CommandContext["print"]): Promise<void> {
  const progress = openQuietTerminal(process.stderr);
  const context = { environment: {}, isTerminal: false, print, progress, finish: () => undefined };
  const [{ candidatesFor }, program] = await Promise.all([
    import("./completion/candidates.js"),
    programFor(Object.hasOwn(COMMANDS, words[0] ?? "") ? words : ["--help"], context),
  ]);
  for (const candidate of candidatesFor(program, words)) print(candidate);
}
