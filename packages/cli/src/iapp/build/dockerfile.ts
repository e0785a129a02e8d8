import { BuildError } from "./buildError.js";

/** An instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case. */
  readonly name: string;
  /** The text after the name, with continued lines joined. */
  readonly text: string;
  /** The number of its first line, from 1. */
  readonly line: number;
}

/**
 * Parses a Dockerfile into instructions; comments and empty lines are left out.
 *
 * @throws {@link BuildError} for here-documents, which are not supported
 */
export function parseDockerfile(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let pending: { parts: string[]; line: number } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*#/.test(line) || (pending !== undefined && line.trim() === "")) continue;
    const isContinued = /\\\s*$/.test(line);
    const part = line.replace(/\\\s*$/, "").trim();
    pending ??= { parts: [], line: index + 1 };
    pending.parts.push(part);
    if (isContinued) continue;
    add(instructions, pending);
    pending = undefined;
  }
  if (pending !== undefined) add(instructions, pending);
  return instructions;
}

function add(instructions: Instruction[], { parts, line }: { parts: readonly string[]; line: number }): void {
  const [, name, text] = /^(\S+)\s*(.*)$/s.exec(parts.join(" ").trim()) ?? [];
  if (name === undefined || text === undefined) return;
  if (/<<-?["']?\w/.test(text)) throw needsEngine({ name, line }, "a here-document");
  instructions.push({ name: name.toUpperCase(), text, line });
}

/** Says what the own builder cannot do, and what can. */
export function needsEngine({ name, line }: Pick<Instruction, "name" | "line">, what: string): BuildError {
  return new BuildError(
    `Dockerfile, line ${line}: ${name.toUpperCase()} has ${what}, which needs a container engine. Start docker or podman ` +
      "and set DOCKER_HOST, such as DOCKER_HOST=unix:///var/run/docker.sock.",
  );
}

/** Reads the list form of an instruction, `["node", "app.js"]`; undefined if it is in the form for a shell. */
export function readList({ name, text, line }: Instruction): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const list = JSON.parse(text) as unknown;
    if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
  } catch {
    // The error is thrown below.
  }
  throw new BuildError(`Dockerfile, line ${line}: ${name} is no list of texts: write ["node", "/app/src/app.js"].`);
}

/** Splits words at blanks, except within quotes, which are removed. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ""));
}

/** Splits off the options of an instruction: `--from=build`. */
export function splitOptions(text: string): { options: ReadonlyMap<string, string>; rest: string } {
  const options = new Map<string, string>();
  let rest = text;
  for (
    let match = /^--([\w-]+)(?:=(\S*))?\s+/.exec(rest);
    match !== null;
    match = /^--([\w-]+)(?:=(\S*))?\s+/.exec(rest)
  ) {
    options.set(match[1]!, match[2] ?? "");
    rest = rest.slice(match[0].length);
  }
  return { options, rest };
}

/** Puts the values of variables in place of `$NAME`, `${NAME}` and `${NAME:-default}`. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (_, plain?: string, braced?: string, otherwise: string = "") => {
      const value = variables.get(plain ?? braced ?? "");
      return value === undefined || value === "" ? otherwise : value;
    },
  );
}
