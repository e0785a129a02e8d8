import { Command, Option, type OptionValues } from "@commander-js/extra-typings";

import { UsageError } from "../commandLine.js";
import { append } from "../commands/repeatable.js";

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

/** Creates a command with an option for each setting, except those of the environment, which its help names. */
export function settingsCommand(name: string, settings: Settings): Command<[], OptionValues> {
  const command: Command<[], OptionValues> = new Command(name);
  const secrets: string[] = [];
  for (const [each, { hint, help, isSecret }] of Object.entries(settings)) {
    if (isSecret === true) secrets.push(`  ${variableOf(each).padEnd(20)}  ${help}`);
    else if (hint === "") command.option(`--${flagOf(each)}`, help);
    else command.addOption(new Option(`--${flagOf(each)} <${hint}>`, help).argParser(append));
  }
  const environment = [...secrets, "  Every option can also be set in the environment: --some-name as POCO_SOME_NAME."];
  return command.addHelpText("after", `\nEnvironment:\n${environment.join("\n")}`);
}

/**
 * Reads the value of each setting from the command line, else from the environment, else takes its default.
 *
 * @param command - The command as it was called, such as `poco network market`.
 * @param given - The values of the options that {@link settingsCommand} adds, by the name of the setting.
 * @throws {@link UsageError}
 */
export function readSettings<All extends Settings>(
  command: string,
  settings: All,
  {
    given,
    environment,
  }: {
    given: Readonly<Record<string, unknown>>;
    environment: Readonly<Record<string, string | undefined>>;
  },
): SettingValues<All> {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const variable = variableOf(name);
    const flag = flagOf(name);
    const argument = textOf(command, name, given[name], setting);
    const [source, text] = argument === undefined ? [variable, environment[variable]] : [`--${flag}`, argument];
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
      const shown = setting.isSecret === true ? "invalid" : text;
      throw new UsageError(`${source} is ${shown}: ${cause instanceof Error ? cause.message : String(cause)}.`, {
        cause,
      });
    }
  }
  return values as SettingValues<All>;
}

/** Returns the arguments and environment variables that set these values; the inverse of {@link readSettings}. */
export function settingArguments(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
  settings: Settings,
) {
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

/** Returns the option's values as one text; undefined if it was not given. */
function textOf(command: string, name: string, values: unknown, { isList }: Setting<unknown>): string | undefined {
  if (values === undefined) return undefined;
  if (!Array.isArray(values)) return values === true ? "true" : undefined;
  if (values.length > 1 && isList !== true) {
    throw new UsageError(`--${flagOf(name)} is given ${values.length} times: give it once. See ${command} --help.`);
  }
  return values.join(",");
}
