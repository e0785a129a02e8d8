import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { networkOption } from "./endpointOptions.js";
import { accountOption, SIGNER_HELP, walletOption } from "./signerOptions.js";

const EXIT_CODES = "0: done. 1: the chain refuses, or the account does not have that much. 2: invalid options.";

/** The options of these commands. */
export type AccountValues = ReturnType<ReturnType<typeof newAccountCommand>["opts"]>;

/** Shows the money of an account, and moves it into and out of escrow. */
export function defineAccount(context: CommandContext) {
  return new Command("account")
    .description("Shows the money of an account, and moves it into and out of escrow, from which deals are paid.")
    .addCommand(defineShow(context))
    .addCommand(defineDeposit(context))
    .addCommand(defineWithdraw(context));
}

function newAccountCommand(name: string) {
  return new Command(name)
    .addOption(networkOption())
    .addOption(accountOption("requester"))
    .addOption(walletOption())
    .option("--json", "print one JSON object, amounts in nRLC and wei as strings")
    .addHelpText("after", SIGNER_HELP);
}

function defineShow(context: CommandContext) {
  return newAccountCommand("show")
    .summary("shows what the account has")
    .description("Shows what the account has: the chain's coin, RLC, and what is in escrow.")
    .action(async (values) => {
      const { runShowCommand } = await import("../account/accountCommands.js");
      context.finish(await runShowCommand(values, context));
    })
    .addHelpText("after", helpEnd({ examples: [["poco account show", "what you have"]], exitCodes: EXIT_CODES }));
}

function defineDeposit(context: CommandContext) {
  return newAccountCommand("deposit")
    .summary("moves RLC into escrow")
    .description(
      "Moves RLC from the account into its escrow, which pays for deals and is the stake of workers and pools.",
    )
    .argument("<RLC>", "the amount, such as 20 or 0.5")
    .action(async (amount, values) => {
      const { runDepositCommand } = await import("../account/accountCommands.js");
      context.finish(await runDepositCommand(amount, values, context));
    })
    .addHelpText("after", helpEnd({ examples: [["poco account deposit 20", "20 RLC"]], exitCodes: EXIT_CODES }));
}

function defineWithdraw(context: CommandContext) {
  return newAccountCommand("withdraw")
    .summary("moves RLC out of escrow")
    .description("Moves RLC that no deal has locked from the escrow back to the account.")
    .argument("<RLC>", "the amount, such as 20 or 0.5")
    .action(async (amount, values) => {
      const { runWithdrawCommand } = await import("../account/accountCommands.js");
      context.finish(await runWithdrawCommand(amount, values, context));
    })
    .addHelpText("after", helpEnd({ examples: [["poco account withdraw 20", "20 RLC"]], exitCodes: EXIT_CODES }));
}
