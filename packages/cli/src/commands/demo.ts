import { Command } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { ATTACK_NAMES } from "../demo/attack/names.js";

/** The options of `poco demo`. */
export type DemoValues = ReturnType<ReturnType<typeof defineDemo>["opts"]>;

/** Shows a deal from its four signatures to its five payouts, and two more that go wrong; or attacks, which all fail. */
export function defineDemo({ finish }: CommandContext) {
  return new Command("demo")
    .description(
      "Shows a deal from its four signatures to its five payouts, and two more that go wrong; or attacks, and who refuses them.",
    )
    .option("--data <FILE>", "the file to protect (default: life expectancy and income by country, from vega-datasets)")
    .option(
      "--app <PATH>",
      "the program to run on it: a .js, .mjs, .cjs, .ts or .mts file (default: examples/describe-table/app)",
    )
    .option("--args <TEXT>", "arguments for the program")
    .option("--tasks <N>", "how many tasks the bag of the first deal has, 1 to 20 (default: 4)")
    .option(
      "--deposit <RLC>",
      "what the requester puts into escrow, up to 1000 RLC (default: 20, or more where tasks cost more)",
    )
    .option("--timeout <SECONDS>", "how long the program may take for one task, 1 to 300 (default: 60)")
    .option(
      "--attack <NAME>",
      `runs an attack instead, and shows who refuses it and where the money goes; all: every one of ${ATTACK_NAMES.join(", ")}`,
    )
    .option("--json", "print one JSON object instead of text")
    .option("--verbose", "name every contract that is deployed")
    .action(async (values) => {
      const { runDemoCommand } = await import("../demo/demoCommand.js");
      finish(await runDemoCommand(values));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco demo", "three deals: one that goes well, and two that do not"],
          ["poco demo --attack all --json", "every attack, for programs"],
          ["poco demo --app median.mjs --data salaries.csv --tasks 1", "your own program on your own data"],
        ],
        exitCodes:
          "0: all deals went as expected and the books balance, or every attack was refused. 1: an error, whose message says what " +
          "to do; what the requester has not spent is back in its wallet. 2: invalid options.",
      }),
    );
}
