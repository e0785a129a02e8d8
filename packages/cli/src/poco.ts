/**
 * The command `poco`: it runs one of the commands in `commands/`, each of which has a help text of its own.
 *
 * `npm run network`, `npm run demo` and so on run `poco network`, `poco demo` and so on.
 */

/** One of poco's commands. Its module is loaded when it is run, since some of them take seconds to load. */
interface Command {
  /** One sentence for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<void> }>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  network: {
    summary: "Starts a whole network on this machine, or one service of it.",
    load: () => import("./commands/network.js"),
  },
  demo: {
    summary: "Shows a deal from its four signatures to its five payouts, and attacks that fail.",
    load: () => import("./commands/demo.js"),
  },
  why: {
    summary: "Explains why orders do not match, or which orders serve a request best.",
    load: () => import("./commands/why.js"),
  },
  task: {
    summary: "Tells where a task stands, what happened to it, and what to do if it failed.",
    load: () => import("./commands/task.js"),
  },
  quote: {
    summary: "Verifies the quote of an enclave and explains the verdict.",
    load: () => import("./commands/quote.js"),
  },
  measure: {
    summary: "Prints the measurement of an app, which quotes of its enclaves show.",
    load: () => import("./commands/measure.js"),
  },
  pool: {
    summary: "Lists the requesters that a workerpool denies, and lets them in again.",
    load: () => import("./commands/pool.js"),
  },
};

function help(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`);
  return `poco COMMAND [options]\n\n${commands.join("\n")}\n\npoco COMMAND --help lists the options of a command.`;
}

/** Prints the reason why the command line is refused, and sets the exit code 2. */
function refuse(reason: string): void {
  console.error(`${reason} poco --help lists the commands.`);
  process.exitCode = 2;
}

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined) return refuse("poco needs a command.");
  if (name === "--help" || name === "-h") return console.log(help());
  if (!Object.hasOwn(COMMANDS, name)) return refuse(`poco has no command ${JSON.stringify(name)}.`);
  const { run } = await COMMANDS[name]!.load();
  await run(rest);
}

await main(process.argv.slice(2));
