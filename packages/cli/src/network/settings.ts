import { parseArgs } from "node:util";

import { UsageError } from "../commandLine.js";

/** A setting of a command, given as `--name VALUE` or in the environment as `POCO_NAME`. */
export interface Setting<Value> {
  /** The placeholder of the value in the help text, such as `URL`; empty for a flag. */
  readonly hint: string;
  readonly help: string;
  /** Parses the value. The message of an error that it throws is printed after the setting's name. */
  readonly read: (text: string) => Value;
  /** The default value; a setting without this property is required. */
  readonly otherwise?: Value;
  /** Whether the value is read from the environment only, since all users can read a process's arguments. */
  readonly isSecret?: boolean;
  /** Whether the option may be repeated; its values are joined with commas. */
  readonly isList?: boolean;
}

/** The settings of a command by name. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of settings, by name. */
export type SettingValues<All extends Settings> = {
  readonly [Name in keyof All]: All[Name] extends Setting<infer Value> ? Value : never;
};

/**
 * Reads the value of each setting from the arguments, else from the environment, else takes its default.
 *
 * @param command - The command as it was called, such as `npm run network -- market`.
 * @returns `undefined` for `--help`
 * @throws {@link UsageError}
 */
export function readSettings<All extends Settings>(
  command: string,
  settings: All,
  { args, environment }: { args: readonly string[]; environment: Readonly<Record<string, string | undefined>> },
): SettingValues<All> | undefined {
  const given = parseArguments(command, settings, args);
  if (given["help"] !== undefined) return undefined;
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const variable = variableOf(name);
    const flag = flagOf(name);
    const [source, text] = given[flag] === undefined ? [variable, environment[variable]] : [`--${flag}`, given[flag]];
    if (text === undefined || text === "") {
      if (!("otherwise" in setting)) {
        const way = setting.isSecret === true ? variable : `--${flag} or ${variable}`;
        throw new UsageError(`Set ${way}: ${setting.help}. See ${command} --help.`);
      }
      values[name] = setting.otherwise;
      continue;
    }
    try {
      values[name] = setting.read(text);
    } catch (cause) {
      const shown = setting.isSecret === true ? "of no use" : text;
      throw new UsageError(`${source} is ${shown}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
        cause,
      });
    }
  }
  return values as SettingValues<All>;
}

/** Formats the settings as lines of a help text. */
export function describeSettings(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, { hint, help, isSecret }]) => {
    const what = isSecret === true ? variableOf(name) : `--${flagOf(name)}${hint === "" ? "" : ` ${hint}`}`;
    return `  ${what.padEnd(24)} ${help}`;
  });
  return [...lines, `  ${"--help".padEnd(24)} print this`].join("\n");
}

/** Returns the arguments and environment variables that set these values; the inverse of {@link readSettings}. */
export function spell(values: Readonly<Record<string, string | number | boolean | undefined>>, settings: Settings) {
  const args: string[] = [];
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === false) continue;
    if (settings[name]!.isSecret === true) environment[variableOf(name)] = `${value}`;
    else args.push(value === true ? `--${flagOf(name)}` : `--${flagOf(name)}=${value}`);
  }
  return { args, environment };
}

/** Returns the option's name on the command line: `chain-id` for `chainId`. */
function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Returns the environment variable: `POCO_CHAIN_ID` for `chainId`. */
function variableOf(name: string): string {
  return `POCO_${flagOf(name).replaceAll("-", "_").toUpperCase()}`;
}

function parseArguments(command: string, settings: Settings, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(settings)
      .filter(([, { isSecret }]) => isSecret !== true)
      .map(([name, { hint }]) => [flagOf(name), { type: hint === "" ? "boolean" : "string", multiple: true } as const]),
  );
  const lists = new Set(
    Object.keys(settings).flatMap((name) => (settings[name]!.isList === true ? [flagOf(name)] : [])),
  );
  const said = (name: string, value: unknown): string => {
    const all = Array.isArray(value) ? value.map(String) : [String(value)];
    if (all.length > 1 && !lists.has(name)) throw new Error(`--${name} is given ${all.length} times: give it once`);
    return all.join(",");
  };
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: "boolean" } } });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, said(name, value)]));
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${reason}. See ${command} --help.`, { cause: error });
  }
}
