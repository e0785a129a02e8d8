import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";

/** Measures an app: prints the digest that an enclave's quote shows of it. */
export function defineMeasure({ finish }: CommandContext) {
  return new Command("measure")
    .description(
      "Measures an app. For the folder DIR: the digest, over its files and its manifest (enclave.json), that the quote of an " +
        "enclave shows as MRENCLAVE (SGX) or MRTD (TDX). For a container image: its digest, what the quote of a trust domain " +
        "shows of it, and the runtime that runs it. docs/reference/apps.md says how.",
    )
    .argument("<DIR|IMAGE>", "the folder of the app, or the name of its image with a digest or a tag")
    .option("--pack <FILE>", "also write the app as one file, which is what workers fetch; its SHA-256 is MRENCLAVE")
    .option("--json", "print one JSON object")
    .action(async (folder, options) => {
      const { runMeasureCommand } = await import("../measure/measureCommand.js");
      finish(await runMeasureCommand(folder, options));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco measure my-app", "prints what a quote of its enclaves shows"],
          ["poco measure my-app --pack my-app.pack", "also writes the file to publish"],
          ["poco measure alice/hello:1.0", "asks the registry for the digest that the tag has now"],
        ],
        exitCodes:
          "0: measured. 1: DIR holds no app, or no registry has IMAGE; the reason says why. 2: invalid options, or DIR " +
          "cannot be read.",
      }),
    );
}
