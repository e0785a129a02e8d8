import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { networkOption } from "./endpointOptions.js";

const EXIT_CODES = "0: done. 1: the scheduler refuses. 2: the options or the scheduler cannot be used.";
const ENVIRONMENT = `
Environment:
  POCO_KEY  the private key of the pool's owner (default: that of the network's file)`;

/** The options of both commands. */
export type PoolValues = ReturnType<ReturnType<typeof newPoolCommand>["opts"]>;

/** Lists the requesters that a workerpool denies, and lets them in again. */
export function definePool(context: CommandContext) {
  return new Command("pool")
    .description(
      "Says which apps and requesters cost a workerpool its stake, and until when their deals are not taken; and lets them in " +
        "again. Both are for the pool's owner.",
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
    .summary("lists the apps and requesters whose deals are not taken")
    .description("Lists the apps and requesters whose deals the workerpool does not take, until when, and why.")
    .action(async (values) => {
      const { runPoolCommand } = await import("../pool/poolCommand.js");
      context.finish(await runPoolCommand(undefined, values, context));
    })
    .addHelpText("after", ENVIRONMENT)
    .addHelpText("after", helpEnd({ examples: [["poco pool denials", "lists them"]], exitCodes: EXIT_CODES }));
}

function defineForgive(context: CommandContext) {
  const example = ["poco pool forgive 0x2a14… 0x90f7…", "takes deals of this requester for this app again"] as const;
  return newPoolCommand("forgive")
    .summary("takes the deals of a requester for an app again")
    .description("Takes the deals of a requester for an app again.")
    .argument("<APP>", "the app's address")
    .argument("<REQUESTER>", "the requester's account")
    .action(async (app, requester, values) => {
      const { runPoolCommand } = await import("../pool/poolCommand.js");
      context.finish(await runPoolCommand({ app, requester }, values, context));
    })
    .addHelpText("after", ENVIRONMENT)
    .addHelpText("after", helpEnd({ examples: [example], exitCodes: EXIT_CODES }));
}
