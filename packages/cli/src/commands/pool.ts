import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { networkOption } from "./endpointOptions.js";

const EXIT_CODES = "0: done. 1: the scheduler refuses. 2: invalid options, or no answer from the scheduler.";
const ENVIRONMENT = `
Environment:
  POCO_KEY  the private key of the pool's owner (default: that of the network's file)`;

/** The options of both commands. */
export type PoolValues = ReturnType<ReturnType<typeof newPoolCommand>["opts"]>;

/** Lists the requesters that a workerpool denies, and admits them again. */
export function definePool(context: CommandContext) {
  return new Command("pool")
    .description(
      "Lists the apps and requesters that cost a workerpool its stake, and until when it refuses their deals; and admits them " +
        "again. Both commands are for the pool's owner.",
    )
    .addCommand(defineDenials(context))
    .addCommand(defineForgive(context));
}

function newPoolCommand(name: string) {
  return new Command(name)
    .option("--scheduler <URL>", "the pool's scheduler, instead of the network's")
    .addOption(networkOption())
    .option("--json", "print one JSON object");
}

function defineDenials(context: CommandContext) {
  return newPoolCommand("denials")
    .summary("lists the apps and requesters whose deals are refused")
    .description("Lists the apps and requesters whose deals the workerpool refuses, until when, and why.")
    .action(async (values) => {
      const { runPoolCommand } = await import("../pool/poolCommand.js");
      context.finish(await runPoolCommand(undefined, values, context));
    })
    .addHelpText("after", ENVIRONMENT)
    .addHelpText("after", helpEnd({ examples: [["poco pool denials", "lists them"]], exitCodes: EXIT_CODES }));
}

function defineForgive(context: CommandContext) {
  const example = ["poco pool forgive 0x2a14… 0x90f7…", "accepts deals of this requester for this app again"] as const;
  return newPoolCommand("forgive")
    .summary("accepts the deals of a requester for an app again")
    .description("Accepts the deals of a requester for an app again.")
    .argument("<APP>", "the app's address")
    .argument("<REQUESTER>", "the requester's account")
    .action(async (app, requester, values) => {
      const { runPoolCommand } = await import("../pool/poolCommand.js");
      context.finish(await runPoolCommand({ app, requester }, values, context));
    })
    .addHelpText("after", ENVIRONMENT)
    .addHelpText("after", helpEnd({ examples: [example], exitCodes: EXIT_CODES }));
}
