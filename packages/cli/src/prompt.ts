import type * as Prompts from "@clack/prompts";

import { CommandError, UsageError, type CommandContext } from "./commandLine.js";

/** The library that asks questions. It is loaded late, since most commands ask none. */
type Questions = typeof Prompts;

/** Who asks, and what to say where nobody can answer: which option to give. */
export interface Asking extends Pick<CommandContext, "isTerminal"> {
  /** A sentence that names the option. */
  readonly missing: string;
}

/**
 * Asks on the terminal. The question is on stderr, so that stdout has only what a command prints.
 *
 * @throws {@link UsageError} where there is no terminal; {@link CommandError} if the question is not answered
 */
async function ask<Answer>(
  { isTerminal, missing }: Asking,
  question: (questions: Questions, output: NodeJS.WriteStream) => Promise<Answer>,
): Promise<Exclude<Answer, symbol>> {
  if (!isTerminal) throw new UsageError(missing);
  const questions = await import("@clack/prompts");
  const answer = await question(questions, process.stderr);
  if (questions.isCancel(answer)) throw new CommandError("Nothing was done.");
  return answer as Exclude<Answer, symbol>;
}

/** Asks for a text. */
export function askText(
  asking: Asking,
  {
    message,
    suggestion,
    problemOf = () => undefined,
  }: {
    readonly message: string;
    /** The answer that is there already. */
    readonly suggestion?: string;
    /** Returns what is wrong with an answer. */
    readonly problemOf?: (text: string) => string | undefined;
  },
): Promise<string> {
  return ask(asking, (questions, output) =>
    questions.text({
      message,
      output,
      ...(suggestion !== undefined && { initialValue: suggestion }),
      validate: (text = "") => problemOf(text),
    }),
  );
}

/** Asks for a text that the terminal does not show. */
export function askSecret(asking: Asking, message: string): Promise<string> {
  return ask(asking, (questions, output) => questions.password({ message, output }));
}

/** Asks for one of several values, each with what it means. */
export function askChoice<const Value extends string>(
  asking: Asking,
  message: string,
  meanings: Readonly<Record<Value, string>>,
): Promise<Value> {
  const options = Object.entries<string>(meanings).map(([value, hint]) => ({ value, hint }));
  return ask(asking, (questions, output) => questions.select({ message, options, output })) as Promise<Value>;
}

/**
 * Asks whether to go on.
 *
 * @throws {@link CommandError} if the answer is no
 */
export async function askConsent(asking: Asking, message: string): Promise<void> {
  const isAgreed = await ask(asking, (questions, output) => questions.confirm({ message, output }));
  if (!isAgreed) throw new CommandError("Nothing was done.");
}
