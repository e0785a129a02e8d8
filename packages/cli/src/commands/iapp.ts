import { Command, Option } from "@commander-js/extra-typings";

import { helpEnd, type CommandContext } from "../commandLine.js";
import { TEMPLATES, type TemplateName } from "../iapp/project/templates.js";
import { networkOption } from "./endpointOptions.js";
import { append } from "./repeatable.js";
import { accountOption, SIGNER_HELP, walletOption } from "./signerOptions.js";

/** Makes, tests, publishes and runs apps in container images. */
export function defineIapp(context: CommandContext) {
  return new Command("iapp")
    .description("Makes, tests, publishes and runs apps: container images that enclaves run.")
    .addCommand(defineInit(context))
    .addCommand(defineMock(context))
    .addCommand(defineTest(context))
    .addCommand(defineDeploy(context))
    .addCommand(defineRun(context));
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

/** The options of `poco iapp deploy`. */
export type DeployValues = ReturnType<ReturnType<typeof defineDeploy>["opts"]>;

function defineDeploy(context: CommandContext) {
  return new Command("deploy")
    .summary("publishes an app")
    .description(
      "Publishes an app: builds its image, pushes it to a registry, registers it on chain by the digest that the registry has, " +
        "pushes its secret, and offers it on the market. It tells the cost first.",
    )
    .option("--image <NAME@DIGEST>", "publish this image, NAME@sha256:…, instead of building one")
    .option(
      "--registry <PLACE>",
      "where to push to, such as docker.io/alice (default: that of poco.json, or the network's)",
    )
    .option("--app-version <TEXT>", "the version, which is part of the app's name and the image's tag", "0.0.1")
    .option("--name <TEXT>", "the app's name on chain (default: the project's name and the version)")
    .option("--app-secret <VALUE>", "the app's secret, or @FILE that has it (default: that of iapp.config.json)")
    .option("--price <RLC>", "the price of a task", "0")
    .option("--volume <N>", "how many tasks are offered", "1000000")
    .option("--requester <ACCOUNT>", "offer it to this account only")
    .option("--no-order", "offer it to nobody")
    .option("--yes", "agree to the cost")
    .addOption(projectOption())
    .addOption(networkOption())
    .addOption(accountOption("app developer"))
    .addOption(walletOption())
    .option("--json", "print one JSON object")
    .action(async (values) => {
      const { runDeployCommand } = await import("../iapp/deploy/deployCommand.js");
      context.finish(await runDeployCommand(values, context));
    })
    .addHelpText("after", SIGNER_HELP + REGISTRY_HELP)
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco iapp deploy", "builds, pushes and publishes the app in this folder, for free"],
          [
            "poco iapp deploy --registry docker.io/alice --price 0.1 --yes",
            "to Docker Hub, at a price, without a question",
          ],
          ["poco iapp deploy --image docker.io/alice/hello@sha256:5e4e… --json", "an image that is there already"],
        ],
        exitCodes:
          "0: published. 1: not published, or not all of it; the reason says why. 2: invalid options or files.",
      }),
    );
}

/** The options of `poco iapp run`. */
export type RunValues = ReturnType<ReturnType<typeof defineRun>["opts"]>;

function defineRun(context: CommandContext) {
  return new Command("run")
    .summary("runs an app in an enclave of a worker")
    .description(
      "Runs an app: finds the cheapest orders that match, tells the cost, makes a deal, follows its tasks, and fetches their " +
        "results. Any account may that the orders admit.",
    )
    .argument("[APP]", "the app's address (default: the one that was deployed last from the project)")
    .option("--args <TEXT>", "the arguments, as in iexec_args")
    .option("--data <DATASET>", "protected data, by its address; several are run over in bulk", append)
    .option("--bulk", "in bulk, also with one dataset or none")
    .option("--input-file <URL>", "a public file that the app reads; may be repeated", append)
    .option("--secret <N=VALUE>", "a secret of that number for the app, or @FILE that has it; may be repeated", append)
    .option("--tasks <N>", "how many tasks", "1")
    .option("--encrypt", "encrypt the results, so that only this account can read them")
    .option("--result-key <FILE>", "the private key of encrypted results, which is created if the account has none")
    .option("--workerpool <POOL>", "the workerpool (default: that of the network's file)")
    .option("--category <N>", "the category, which limits the duration of a task (default: 0)")
    .option("--max-price <RLC>", "the most that a task may cost (default: any price that you agree to)")
    .option("--output <FOLDER>", "where results go, which must be empty or not exist", "result")
    .option("--yes", "agree to the cost")
    .addOption(projectOption())
    .addOption(networkOption())
    .addOption(accountOption("requester"))
    .addOption(walletOption())
    .option("--json", "print one JSON object, amounts in nRLC as strings")
    .action(async (app, values) => {
      const { runRunCommand } = await import("../iapp/run/runCommand.js");
      context.finish(await runRunCommand(app, values, context));
    })
    .addHelpText("after", SIGNER_HELP)
    .addHelpText(
      "after",
      helpEnd({
        examples: [
          ["poco iapp run 0x2a14… --args Alice", "one task, whose result goes into the folder result"],
          [
            "poco iapp run 0x2a14… --data 0x77ab… --encrypt --yes",
            "on protected data, with a result that nobody else can read",
          ],
        ],
        exitCodes:
          "0: all results are there. 1: they are not, or nothing was run; the reason says why. 2: invalid options, files or services.",
      }),
    );
}

const REGISTRY_HELP = `
  POCO_REGISTRY_USER, POCO_REGISTRY_PASSWORD
                 the account at the registry (default: that of docker login)
  DOCKER_HOST    the container engine that builds`;

function projectOption() {
  return new Option(
    "--project <FOLDER>",
    "the folder of the app (default: this one, or the nearest above that has one)",
  );
}
