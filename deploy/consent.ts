import { createInterface } from "node:readline/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DeployError } from "./DeployError.js";

/** How the person who deploys is asked. */
export interface Consent {
  /** Whether it was given beforehand, with `--yes`. */
  readonly yes: boolean;
  /** Whether the output is for people, who can be asked; they can by default. */
  readonly mayAsk?: boolean;
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
  { yes, mayAsk = true, input = process.stdin, output = process.stdout }: Consent,
): Promise<void> {
  if (yes) return;
  if (!mayAsk || !input.isTTY || !output.isTTY) {
    const reason = mayAsk ? "there is no terminal to ask at" : "--json leaves no room for a question";
    throw new DeployError(`Nothing was sent: ${reason}. Say --yes to send without being asked.`);
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

/**
 * Has everything that asks for a secret (the keystore's password) end in a sentence where nobody answers, since there is no
 * terminal, or since it was closed. Without this, the process waits for ever, or ends without a word.
 */
export function expectSecrets({ hooks }: HardhatRuntimeEnvironment, hasTerminal = process.stdin.isTTY): void {
  hooks.registerHandlers("userInterruptions", {
    requestSecretInput: async (context, interruptor, description, next) => {
      if (!hasTerminal) {
        const advice = "run this in a terminal, or set the variables that hardhat.config.ts names in the environment";
        throw new DeployError(`${interruptor} asks for a password, and there is no terminal to ask at: ${advice}.`);
      }
      const closed = new Promise<never>((_, reject) => {
        process.once("beforeExit", () => reject(new DeployError("Nothing was sent: no password was given.")));
      });
      return Promise.race([next(context, interruptor, description), closed]);
    },
  });
}
