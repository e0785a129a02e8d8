import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { hubOption, networkOption, rpcOption } from "./endpointOptions.js";

/** The options of `poco task`. */
export type TaskValues = ReturnType<ReturnType<typeof defineTask>["opts"]>;

/** Shows the state of a task, its history, and what to do if it failed. */
export function defineTask({ finish, print }: CommandContext) {
  return new Command("task")
    .description(
      "Says where a task stands: its timeline, deadlines, contributions, payouts and result; for one that failed, why and " +
        "what to do; and what workers logged, if it can be had. Sends nothing.",
    )
    .argument("[TASK]", "the task's id, 32 bytes")
    .option("--deal <ID>", "with --index, instead of TASK: also names a task that nobody has begun with")
    .option("--index <N>", "the number of the task in its deal")
    .option("--watch", "go on until it is completed or failed, and tell what happens")
    .option(
      "--key <FILE>",
      "a file with the requester's private key, to log in to the workerpool for the logs (default: the network's own accounts)",
    )
    .addOption(networkOption())
    .addOption(rpcOption())
    .addOption(hubOption())
    .option("--compass <URL>", "the directory of schedulers, instead of the network's")
    .option("--from-block <N>", "where to begin to look for events", "0")
    .option("--json", "print one JSON object, amounts in nRLC as strings, moments in unix seconds")
    .action(async (task, values) => {
      const { runTaskCommand } = await import("../task/taskCommand.js");
      finish(await runTaskCommand(task, values, print));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco task 0x6b2f…", "tells all about a task"],
          ["poco task --deal 0x51c0… --index 0 --watch", "follows the first task of a deal until it is over"],
        ],
        exitCodes:
          "0: the task is completed, or on its way. 1: it failed, its workerpool has given up, or somebody has to act. 2: the " +
          "options or the services cannot be used, or there is no such task.",
      }),
    );
}
