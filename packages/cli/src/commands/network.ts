import { helpEnd, UsageError, type CommandContext } from "../commandLine.js";
import { failureSentence } from "../failureSentence.js";
import { NETWORK_SETTINGS, readNetworkOptions } from "../network/options.js";
import { runService } from "../network/runService.js";
import type { Service } from "../network/service.js";
import { SERVICES } from "../network/services.js";
import { settingsCommand } from "../network/settings.js";

/** The umask that denies other accounts access to all files that services and their libraries create. */
const OTHERS = 0o077;

const EXIT_CODES = "0: stopped by a signal. 1: an error, whose message says what to do. 2: invalid options.";

/** Runs a confidential-computing network on this machine, with chain, contracts and services, or one of its services. */
export function defineNetwork({ environment }: CommandContext) {
  const command = settingsCommand("network", NETWORK_SETTINGS)
    .usage("[options] | SERVICE [options]")
    .description(
      "Starts a whole network on this machine, until Ctrl-C: chain, contracts, services and workers; or one service of it alone. " +
        "Services store their data in files, or in the PostgreSQL server of DATABASE_URL=postgres://… if that is set.",
    )
    .argument("[SERVICE]")
    .action((service, given) => runUntilStopped(() => start(service, given, environment)))
    .commandsGroup("Services, each with --help of its own:")
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco network", "a chain with everything deployed, all services and two workers"],
          ["poco network --workers 5 --port 0 --fresh", "more workers, on free ports, from the beginning"],
          [
            "poco network --rpc http://127.0.0.1:8545 --deployment deployment.json",
            "services on a chain that is there",
          ],
        ],
        exitCodes: EXIT_CODES,
      }),
    );
  for (const [name, service] of Object.entries(SERVICES)) {
    command.addCommand(defineService(name, service as unknown as Service, environment));
  }
  return command;
}

function defineService(name: string, service: Service, environment: CommandContext["environment"]) {
  return settingsCommand(name, service.settings)
    .summary(service.summary)
    .description(`Runs ${service.summary}.`)
    .action((given: Given) => runUntilStopped(() => runService(name, service, given, environment)))
    .addHelpText("after", `\nExit codes:\n  ${EXIT_CODES}`);
}

/** The values of options by name. */
type Given = Readonly<Record<string, unknown>>;

async function start(
  service: string | undefined,
  given: Given,
  environment: CommandContext["environment"],
): Promise<void> {
  if (service !== undefined)
    throw new UsageError(`There is no service "${service}": there are ${Object.keys(SERVICES).join(", ")}.`);
  const options = readNetworkOptions(given, environment);
  const { launch } = await import("../network/launch.js");
  await launch(options);
}

/** Runs what only a signal stops. A failure ends the process, with all that runs in it already. */
async function runUntilStopped(run: () => Promise<void>): Promise<void> {
  process.umask(OTHERS);
  try {
    await run();
  } catch (error) {
    console.error(failureSentence(error));
    process.exit(error instanceof UsageError ? 2 : 1);
  }
}
