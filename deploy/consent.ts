import { createInterface } from "node:readline/promises";

import { DeployError } from "./DeployError.js";

/** How the person who deploys is asked. */
export interface Consent {
  /** Whether it was given beforehand, with `--yes`. */
  readonly yes: boolean;
  /** Where the question goes and the answer comes from. */
  readonly input?: NodeJS.ReadStream;
  readonly output?: NodeJS.WriteStream;
}

/**
 * Asks whether to go on, unless that was said beforehand.
 *
 * @throws DeployError if the answer is no, and if there is nobody to ask.
 */
export async function assertConsent(
  question: string,
  { yes, input = process.stdin, output = process.stdout }: Consent,
): Promise<void> {
  if (yes) return;
  if (!input.isTTY || !output.isTTY) {
    throw new DeployError("Nothing was sent: there is no terminal to ask at. Say --yes to send without being asked.");
  }
  if (!/^y(es)?$/i.test((await ask(question, input, output)).trim())) throw new DeployError("Nothing was sent.");
}

/** The answer; empty if the terminal is closed instead. */
async function ask(question: string, input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<string> {
  const terminal = createInterface({ input, output });
  try {
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    return await Promise.race([terminal.question(`${question} [y/N] `), closed]);
  } catch {
    return "";
  } finally {
    terminal.close();
  }
}
