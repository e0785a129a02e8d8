/**
 * Runs a confidential-computing network on this machine, with chain, contracts and services, or one of its services.
 *
 * `npm run network -- --help` lists the options.
 */
import { UsageError } from "../commandLine.js";
import { sentenceOf } from "../network/networkError.js";
import { help, readNetworkOptions } from "../network/options.js";
import { runService } from "../network/runService.js";
import { serviceNamed, SERVICES } from "../network/services.js";

/** The umask that denies other accounts access to all files that services and their libraries create. */
const OTHERS = 0o077;

async function start(args: readonly string[]): Promise<void> {
  const [first, ...rest] = args;
  if (first !== undefined && !first.startsWith("-")) {
    const service = serviceNamed(first);
    if (service === undefined)
      throw new UsageError(`There is no service "${first}": there are ${Object.keys(SERVICES).join(", ")}.`);
    return runService(first, service, rest);
  }
  const options = readNetworkOptions(args, process.env);
  if (options === undefined) return console.log(help());
  const { launch } = await import("../network/launch.js");
  await launch(options);
}

/** Runs the command with these arguments, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  process.umask(OTHERS);
  try {
    await start(args);
  } catch (error) {
    console.error(sentenceOf(error));
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}
