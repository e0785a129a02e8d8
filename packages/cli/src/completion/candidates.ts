import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";

/**
 * Returns the words that could stand in place of the last of `words`: commands, options, or values of the option before.
 *
 * @param program - The program that the words follow.
 * @param words - The words after its name; the last one may be incomplete or empty.
 * @returns nothing where any text or file may stand
 */
export function candidatesFor(program: CommandUnknownOpts, words: readonly string[]): string[] {
  const typed = words.at(-1) ?? "";
  let command = program;
  let option: Option | undefined;
  for (const word of words.slice(0, -1)) {
    // A word that is the value of the option before it names no command.
    if (option !== undefined) option = undefined;
    else if (word.startsWith("-")) option = valuedOption(command, word);
    else command = command.commands.find((each) => each.name() === word) ?? command;
  }
  return suggestions(command, option, typed).filter((each) => each.startsWith(typed));
}

function suggestions(command: CommandUnknownOpts, option: Option | undefined, typed: string): readonly string[] {
  if (option !== undefined) return option.argChoices ?? [];
  if (typed.startsWith("-")) return [...command.options.map((each) => each.long!), "--help"];
  const names = command.commands.map((each) => each.name());
  return [...names, ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])];
}

/** Returns the option of that name if a word with its value follows. */
function valuedOption(command: CommandUnknownOpts, word: string): Option | undefined {
  const found = command.options.find(({ long }) => long === word);
  return found?.required === true ? found : undefined;
}
