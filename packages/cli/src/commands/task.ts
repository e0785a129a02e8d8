import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { hubOption, networkOption, rpcOption } from "./endpointOptions.js";

/** The options of `poco task`. */
export type TaskValues = ReturnType<ReturnType<typeof defineTask>["opts"]>;

/** Shows the state of a task, its history, and what to do if it failed. */
export function defineTask({ finish, print }: CommandContext) {
  return new Command("task")
    .description(
      "Shows the state of a task: its timeline, deadlines, contributions, payouts and result; for one that failed, why and " +
        "what to do; and the logs of its workers, if they are available. Sends no transaction.",
    )
    .argument("[TASK]", "the task's id, 32 bytes")
    .option("--deal <ID>", "with --index, instead of TASK: also names a task that is not initialized yet")
    .option("--index <N>", "the number of the task in its deal")
    .option("--watch", "keep printing what happens until the task is completed or failed")
    .option(
      "--key <FILE>",
      "a file with the requester's private key, to log in to the workerpool for the logs (default: the network's own accounts)",
    )
    .addOption(networkOption())
    .addOption(rpcOption())
    .addOption(hubOption())
    .option("--compass <URL>", "the directory of schedulers, instead of the network's")
    .option("--from-block <N>", "the first block to search for events", "0")
    .option("--json", "print one JSON object, amounts in nRLC as strings, times in Unix seconds")
    .action(async (task, values) => {
      const { runTaskCommand } = await import("../task/taskCommand.js");
      finish(await runTaskCommand(task, values, print));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco task 0x6b2f…", "shows everything about a task"],
          ["poco task --deal 0x51c0… --index 0 --watch", "follows the first task of a deal until it is over"],
        ],
        exitCodes:
          "0: the task is completed or in progress. 1: it failed, its workerpool has given up, or somebody has to act. 2: invalid " +
          "options, no answer from a service, or no such task.",
      }),
    );
}
