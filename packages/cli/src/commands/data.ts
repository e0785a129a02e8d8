import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { networkOption } from "./endpointOptions.js";
import { append } from "./repeatable.js";
import { accountOption, SIGNER_HELP, walletOption } from "./signerOptions.js";

const EXIT_CODES = "0: done. 1: a service or the chain refuses; the reason says why. 2: invalid options or files.";

/** Protects data, and lets apps read them. */
export function defineData(context: CommandContext) {
  return new Command("data")
    .description("Protects data, and lets apps read them in enclaves.")
    .addCommand(defineProtect(context))
    .addCommand(defineGrant(context))
    .addCommand(defineList(context))
    .addCommand(defineRevoke(context));
}

function newDataCommand(name: string) {
  return new Command(name)
    .addOption(networkOption())
    .addOption(accountOption("data provider"))
    .addOption(walletOption())
    .option("--json", "print one JSON object, amounts in nRLC as strings")
    .addHelpText("after", SIGNER_HELP);
}

/** The options of `poco data protect`. */
export type ProtectValues = ReturnType<ReturnType<typeof defineProtect>["opts"]>;

function defineProtect(context: CommandContext) {
  return newDataCommand("protect")
    .summary("encrypts data and registers them")
    .description(
      "Encrypts data on this machine, stores them, registers them as a dataset of the account, and gives their key to the secret " +
        "service. Dots in the name of a value nest it.",
    )
    .argument("[FILE]", "a file, instead of values")
    .option("--name <TEXT>", "a public name (default: that of the file, or data)")
    .option("--string <NAME=TEXT>", "a text; may be repeated, as all of these", append)
    .option("--number <NAME=NUMBER>", "a number", append)
    .option("--integer <NAME=NUMBER>", "a whole number of up to 128 bits", append)
    .option("--bool <NAME=BOOL>", "true or false", append)
    .option("--file <NAME=PATH>", "the bytes of a file", append)
    .action(async (file, values) => {
      const { runProtectCommand } = await import("../data/dataCommands.js");
      context.finish(await runProtectCommand(file, values, context));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco data protect --string secretText=hello", "a text"],
          ["poco data protect customers.csv --name customers", "a file"],
        ],
        exitCodes: EXIT_CODES,
      }),
    );
}

/** The options of `poco data grant`. */
export type GrantValues = ReturnType<ReturnType<typeof defineGrant>["opts"]>;

function defineGrant(context: CommandContext) {
  return newDataCommand("grant")
    .summary("lets an app read a dataset")
    .description("Lets an app read a dataset in enclaves, for anybody or for one account.")
    .argument("<DATASET>", "the address of the dataset")
    .requiredOption("--app <APP>", "the app, or a group of apps (ERC-734)")
    .option("--requester <ACCOUNT>", "who may run the app on it (default: anybody)")
    .option("--price <RLC>", "the price of a use (default: 0)")
    .option("--volume <N>", "the number of uses (default: 1)")
    .option("--bulk", "use in bulk, together with other data: free, and not counted")
    .action(async (dataset, values) => {
      const { runGrantCommand } = await import("../data/dataCommands.js");
      context.finish(await runGrantCommand(dataset, values, context));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco data grant 0x77ab… --app 0x2a14… --volume 10", "ten uses for free, whoever asks"],
          ["poco data grant 0x77ab… --app 0x2a14… --requester 0x90f7… --bulk", "in bulk, for one account"],
        ],
        exitCodes: EXIT_CODES,
      }),
    );
}

/** The options of `poco data list`. */
export type ListValues = ReturnType<ReturnType<typeof defineList>["opts"]>;

function defineList(context: CommandContext) {
  return newDataCommand("list")
    .summary("lists the account's data, or who may read one of them")
    .description("Lists the data that the account has protected; of one dataset, who may read it on what terms.")
    .argument("[DATASET]", "the address of a dataset")
    .action(async (dataset, values) => {
      const { runListCommand } = await import("../data/dataCommands.js");
      context.finish(await runListCommand(dataset, values, context));
    })
    .addHelpText("after", helpEnd({ examples: [["poco data list", "your data"]], exitCodes: EXIT_CODES }));
}

/** The options of `poco data revoke`. */
export type RevokeValues = ReturnType<ReturnType<typeof defineRevoke>["opts"]>;

function defineRevoke(context: CommandContext) {
  return newDataCommand("revoke")
    .summary("ends accesses to a dataset")
    .description(
      "Closes the orders by which a dataset may be read, on chain and for good: all, or those of an app or account.",
    )
    .argument("<DATASET>", "the address of the dataset")
    .option("--app <APP>", "only the accesses of this app")
    .option("--requester <ACCOUNT>", "only those of this account")
    .action(async (dataset, values) => {
      const { runRevokeCommand } = await import("../data/dataCommands.js");
      context.finish(await runRevokeCommand(dataset, values, context));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [["poco data revoke 0x77ab… --app 0x2a14…", "this app may not read it any more"]],
        exitCodes: EXIT_CODES,
      }),
    );
}
