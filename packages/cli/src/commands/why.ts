import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { hubOption, networkOption, rpcOption } from "./endpointOptions.js";

/** The options of `poco why`. */
export type WhyValues = ReturnType<ReturnType<typeof defineWhy>["opts"]>;

/** Explains why orders do not match, or which orders match a request and what they cost. */
export function defineWhy({ finish }: CommandContext) {
  return new Command("why")
    .usage("--request FILE | --orders FILE | --app APP --requester ACCOUNT [options]")
    .description(
      "Explains whether orders match before anything is sent: the cheapest that do and what they cost, or, for each that " +
        "does not, every reason and what would fix it. It reads from the hub and the order market, and sends no transaction.",
    )
    .optionsGroup("What to explain, one of --request, --orders and --app:")
    .option("--request <FILE>", "a request order in JSON, signed or not")
    .option(
      "--orders <FILE>",
      'four orders in JSON: {"app", "dataset", "workerpool", "request"}, or as official clients name them (apporder …; the ' +
        "orders.json of their command line); the market is not queried; without a dataset order the deal has none",
    )
    .option("--app <APP>", "a request for this app, with --requester and any of the following")
    .option("--requester <ACCOUNT>", "who asks for the app")
    .option("--dataset <DATASET>", "the dataset that it reads")
    .option("--workerpool <POOL>", "the workerpool that runs it")
    .option("--category <N>", "the category, which limits the duration of a task")
    .option("--trust <N>", "the trust that the agreement of workers has to reach")
    .option("--volume <N>", "the number of tasks")
    .option("--tag <NAMES>", "what workers must support, such as tee,tdx")
    .option("--app-max-price <RLC>", "the most that the app may cost (default: no limit)")
    .option("--dataset-max-price <RLC>", "the most that the dataset may cost (default: no limit)")
    .option("--workerpool-max-price <RLC>", "the most that the workerpool may cost (default: no limit)")
    .optionsGroup("Where to look:")
    .addOption(networkOption())
    .addOption(rpcOption())
    .addOption(hubOption())
    .option("--market <URL>", "the order market, instead of the network's")
    .option("--gateway <URL>", "an IPFS gateway, to list the data of a bulk request that its tasks would not get")
    .option("--payer <ACCOUNT>", "who pays (default: the requester)")
    .optionsGroup("Options:")
    .option("--json", "print one JSON object, amounts in nRLC as strings")
    .action(async (values) => {
      const { runWhyCommand } = await import("../why/whyCommand.js");
      finish(await runWhyCommand(values));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco why --app 0x2a14… --requester 0x90f7…", "the cheapest orders that let this account run this app"],
          ["poco why --orders orders.json --json", "whether these four match, for programs"],
        ],
        exitCodes:
          "0: orders match. 1: none do; the reasons are printed. 2: invalid options, unreadable files, or no answer from a service.",
      }),
    );
}
