import { constants } from "node:os";

import { UsageError, type CommandOutcome } from "../commandLine.js";
import type { DemoValues } from "../commands/demo.js";
import { DemoError } from "./demoError.js";
import { failureSentence } from "../failureSentence.js";
import { checkFiles, readOptions } from "./options.js";
import { openQuietTerminal, openTerminal } from "../terminal.js";

/** Runs the demo, or attacks, and prints as it goes. */
export async function runDemoCommand(values: DemoValues): Promise<CommandOutcome> {
  // An explicit exit runs the `exit` handlers, which remove temporary files; death by signal would not.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  try {
    await play(values);
    return { code: 0, stdout: "", stderr: "" };
  } catch (error) {
    const reason = failureSentence(error);
    const json = { error: reason, ...(error instanceof DemoError && error.details) };
    return {
      code: error instanceof UsageError ? 2 : 1,
      stdout: values.json === true ? JSON.stringify(json, null, 2) : "",
      stderr: `\n${reason}`,
    };
  }
}

async function play(values: DemoValues): Promise<void> {
  const { options, output } = readOptions(values);
  await checkFiles(options);
  const terminal = output.json ? openQuietTerminal(process.stderr) : openTerminal(process.stdout);
  // This module is imported late, since Hardhat is slow to load.
  const demo = await terminal.during("starting", import("./runDemo.js"));
  await demo.runDemo(options, output, terminal);
}
