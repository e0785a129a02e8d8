import { parseArgs, type ParseArgsConfig } from "node:util";

import { UsageError } from "@poco-marketplace/cli/commandLine.js";

/**
 * Reads the command line of a tool of the tests, as `parseArgs` of `node:util` does.
 *
 * @param command - The command as it is called, for the sentence that refers to its `--help`.
 * @throws {@link UsageError}
 */
export function parseCommandLine<const T extends Omit<ParseArgsConfig, "args">>(
  command: string,
  args: readonly string[],
  config: T,
): ReturnType<typeof parseArgs<T & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    const { message } = error as Error;
    throw new UsageError(`${message.replace(/\.?$/, ".")} See ${command} --help.`, { cause: error });
  }
}
