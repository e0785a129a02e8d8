import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";

const EXIT_CODES = "0: done. 1: the key is there already. 2: invalid options, key or password.";
const ENVIRONMENT = `
Environment:
  POCO_PASSWORD  the password of the keystore, instead of a question`;

/** The options of these commands. */
export type WalletValues = ReturnType<ReturnType<typeof newWalletCommand>["opts"]>;

/** Keeps private keys in keystores. */
export function defineWallet(context: CommandContext) {
  return new Command("wallet")
    .description("Keeps private keys in files that a password encrypts, where other programs look for them, too.")
    .addCommand(defineCreate(context))
    .addCommand(defineImport(context))
    .addCommand(defineList(context));
}

function newWalletCommand(name: string) {
  return new Command(name)
    .option("--keystore <FOLDER>", "another folder (default: ~/.ethereum/keystore)")
    .option("--json", "print one JSON object");
}

function defineCreate(context: CommandContext) {
  return newWalletCommand("create")
    .summary("creates a key")
    .description("Creates a private key, and encrypts it with a password.")
    .action(async (values) => {
      const { runCreateCommand } = await import("../account/walletCommands.js");
      context.finish(await runCreateCommand(values, context));
    })
    .addHelpText("after", ENVIRONMENT)
    .addHelpText(
      "after",
      helpEnd({ examples: [["poco wallet create", "asks for a password"]], exitCodes: EXIT_CODES }),
    );
}

function defineImport(context: CommandContext) {
  return newWalletCommand("import")
    .summary("imports a key")
    .description("Encrypts a private key with a password. The key is asked for, or taken from POCO_KEY.")
    .action(async (values) => {
      const { runImportCommand } = await import("../account/walletCommands.js");
      context.finish(await runImportCommand(values, context));
    })
    .addHelpText("after", `${ENVIRONMENT}\n  POCO_KEY       the private key, instead of a question`)
    .addHelpText(
      "after",
      helpEnd({ examples: [["poco wallet import", "asks for key and password"]], exitCodes: EXIT_CODES }),
    );
}

function defineList(context: CommandContext) {
  return newWalletCommand("list")
    .summary("lists the keys")
    .description("Lists the addresses of the keys, which --wallet takes, and their files.")
    .action(async (values) => {
      const { runWalletListCommand } = await import("../account/walletCommands.js");
      context.finish(await runWalletListCommand(values));
    })
    .addHelpText("after", helpEnd({ examples: [["poco wallet list --json", "for programs"]], exitCodes: EXIT_CODES }));
}
