import { Command, Option } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { TEMPLATES, type TemplateName } from "../iapp/project/templates.js";

/** Makes, tests, publishes and runs apps in container images. */
export function defineIapp(context: CommandContext) {
  return new Command("iapp")
    .description("Makes, tests, publishes and runs apps: container images that enclaves run.")
    .addCommand(defineInit(context))
    .addCommand(defineMock(context));
}

/** The options of `poco iapp init`. */
export type InitValues = ReturnType<ReturnType<typeof defineInit>["opts"]>;

function defineInit(context: CommandContext) {
  const templates = Object.entries(TEMPLATES).map(([name, meaning]) => `  ${name.padEnd(12)}  ${meaning}`);
  return new Command("init")
    .summary("makes the project of a new app")
    .description("Makes the project of a new app, in a folder of its name. The official command line can use it, too.")
    .argument("[NAME]", "the name of the app: letters, digits, blanks and hyphens")
    .addOption(new Option("--template <NAME>", "what it begins with").choices(Object.keys(TEMPLATES) as TemplateName[]))
    .option("--in <FOLDER>", "another folder, which must be empty or not exist")
    .option("--yes", "ask nothing: hello-world, in Python")
    .option("--json", "print one JSON object")
    .action(async (name, values) => {
      const { runInitCommand } = await import("../iapp/init/initCommand.js");
      context.finish(await runInitCommand(name, values, context));
    })
    .addHelpText("after", `\nTemplates:\n${templates.join("\n")}`)
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco iapp init", "asks for name and template"],
          ["poco iapp init churn --template train", "an app that trains a model, in the folder churn"],
        ],
        exitCodes: "0: made. 1: not made, as you said. 2: the options or the folder cannot be used.",
      }),
    );
}

/** The options of `poco iapp mock`. */
export type MockValues = ReturnType<ReturnType<typeof defineMock>["opts"]>;

function defineMock(context: CommandContext) {
  return new Command("mock")
    .summary("makes data to test an app with")
    .description(
      "Makes a mock of protected data: a file as apps see it, in mock/protectedData. Dots in the name of a value nest it.",
    )
    .argument("[NAME]", "the name of the mock", "default")
    .option("--string <NAME=TEXT>", "a text; may be repeated, as all of these", append)
    .option("--number <NAME=NUMBER>", "a number", append)
    .option("--integer <NAME=NUMBER>", "a whole number of up to 128 bits", append)
    .option("--bool <NAME=BOOL>", "true or false", append)
    .option("--file <NAME=PATH>", "the bytes of a file", append)
    .addOption(projectOption())
    .option("--json", "print one JSON object")
    .action(async (name, values) => {
      const { runMockCommand } = await import("../iapp/mock/mockCommand.js");
      context.finish(await runMockCommand(name, values, context));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco iapp mock --string secretText=hello", "a text"],
          ["poco iapp mock ada --number age=36 --string address.city=London", "a number, and a nested text"],
          ["poco iapp mock table --file table=customers.csv", "a file"],
        ],
        exitCodes: "0: made. 1: not made, as you said. 2: the options or the project cannot be used.",
      }),
    );
}

function projectOption() {
  return new Option(
    "--project <FOLDER>",
    "the folder of the app (default: this one, or the nearest above that has one)",
  );
}

function append(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
