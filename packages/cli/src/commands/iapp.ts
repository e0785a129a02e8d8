import { Command, Option } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { TEMPLATES, type TemplateName } from "../iapp/project/templates.js";

/** Makes, tests, publishes and runs apps in container images. */
export function defineIapp(context: CommandContext) {
  return new Command("iapp")
    .description("Makes, tests, publishes and runs apps: container images that enclaves run.")
    .addCommand(defineInit(context))
    .addCommand(defineMock(context))
    .addCommand(defineTest(context));
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

/** The options of `poco iapp test`. */
export type TestValues = ReturnType<ReturnType<typeof defineTest>["opts"]>;

function defineTest(context: CommandContext) {
  return new Command("test")
    .summary("builds an app and runs it as a worker would")
    .description(
      "Builds the image of an app and runs it as a worker would: in the same sandbox, with the same limits, variables and " +
        "network, and with the same checks of its output, which is then in the folder output. With DOCKER_HOST, docker or podman " +
        "builds; without it, a Dockerfile of one stage of node or python is built from the programs of this machine.",
    )
    .option("--args <TEXT>", "the arguments, as in iexec_args")
    .option("--data <NAME>", "a mock of protected data; several are those of a bulk request", append)
    .option("--bulk", "a bulk request, also with one mock or none")
    .option("--input-file <URL>", "an input file: a URL, or the path of a file; may be repeated", append)
    .option(
      "--secret <N=VALUE>",
      "the requester's secret of that number, or @FILE that has it; may be repeated",
      append,
    )
    .option("--app-secret <VALUE>", "the app's secret, or @FILE that has it (default: that of iapp.config.json)")
    .option("--timeout <SECONDS>", "the time limit, as that of the deal's category", "300")
    .addOption(projectOption())
    .option("--json", "print one JSON object")
    .action(async (values) => {
      const { runTestCommand } = await import("../iapp/test/testCommand.js");
      context.finish(await runTestCommand(values, context));
    })
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco iapp test --args Alice --data default", "with arguments and one mock of protected data"],
          ["poco iapp test --data data1 --data data2", "as a task of a bulk request over two datasets"],
          ["poco iapp test --secret 1=@key.txt --timeout 60 --json", "with a secret, in a minute, for programs"],
        ],
        exitCodes:
          "0: a worker would have a result. 1: it would not, or the image cannot be built; the reason says why. 2: invalid " +
          "options, or no such mock or project.",
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
