import { parseArgs } from "node:util";

import { UsageError } from "../commandLine.js";

/** Something that a command can be told, as `--name VALUE` or in the environment as `POCO_NAME`. */
export interface Setting<Value> {
  /** What the value is, as `URL`; empty for a flag. */
  readonly hint: string;
  readonly help: string;
  /** Reads the value. What it throws is told after the name of the setting. */
  readonly read: (text: string) => Value;
  /** What it is when nobody says; without one, it has to be said. */
  readonly otherwise?: Value;
  /** Whether it comes from the environment only, since everybody can read the arguments of a process. */
  readonly isSecret?: boolean;
  /** Whether it may be said more than once, which is the same as all of it at once with commas between. */
  readonly isList?: boolean;
}

/** What a command can be told, by name. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The values of settings, by name. */
export type SettingValues<All extends Settings> = {
  readonly [Name in keyof All]: All[Name] extends Setting<infer Value> ? Value : never;
};

/**
 * The values of all settings: by the arguments, else by the environment, else as usual.
 *
 * @param command - What was called, as `npm run network -- market`.
 * @returns nothing when all that was asked for is help
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

/** The settings as lines of a help text. */
export function describeSettings(settings: Settings): string {
  const lines = Object.entries(settings).map(([name, { hint, help, isSecret }]) => {
    const what = isSecret === true ? variableOf(name) : `--${flagOf(name)}${hint === "" ? "" : ` ${hint}`}`;
    return `  ${what.padEnd(24)} ${help}`;
  });
  return [...lines, `  ${"--help".padEnd(24)} print this`].join("\n");
}

/** Arguments and environment that say these values. */
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

/** `chainId` is `chain-id` on the command line … */
function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** … and `POCO_CHAIN_ID` in the environment. */
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
