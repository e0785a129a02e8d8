import { readFile } from "node:fs/promises";

import type { DataObject, Scalar } from "@poco-marketplace/sdk/protect/schema.js";
import { UsageError } from "../commandLine.js";
import { askChoice, askText } from "../prompt.js";

/** The kinds of values, by the names of their options, and what each takes. */
const KINDS = {
  string: "text",
  number: "a number, such as 4.5",
  integer: "a whole number of any size",
  bool: "true or false",
  file: "the path of a file",
} as const;

type Kind = keyof typeof KINDS;

/** A value as it was said: its name, which may have dots, its kind, and its text. */
interface SaidValue {
  readonly path: string;
  readonly kind: Kind;
  readonly text: string;
}

/** The values of options, by kind: `NAME=VALUE` each. */
export type DataValues = { readonly [Name in Kind]?: readonly string[] | undefined };

/**
 * Reads data from options, or asks for its values.
 *
 * @throws {@link UsageError}
 */
export async function readDataValues(values: DataValues, isTerminal: boolean): Promise<DataObject> {
  const given = (Object.keys(KINDS) as Kind[]).flatMap((kind) => (values[kind] ?? []).map((said) => split(kind, said)));
  return nest(given.length > 0 ? given : await askValues(isTerminal));
}

function split(kind: Kind, said: string): SaidValue {
  const equals = said.indexOf("=");
  if (equals < 1) throw new UsageError(`--${kind} is ${said}: give NAME=VALUE, such as --${kind} address.city=Lyon.`);
  return { kind, path: said.slice(0, equals), text: said.slice(equals + 1) };
}

async function askValues(isTerminal: boolean): Promise<SaidValue[]> {
  const missing = "The values are missing: give --string NAME=TEXT, --number, --integer, --bool or --file.";
  const asking = { isTerminal, missing };
  const said: SaidValue[] = [];
  for (let isMore = true; isMore;) {
    const path = await askText(asking, { message: "How is the value named? Dots nest: address.city" });
    const kind = await askChoice(asking, "What is it?", KINDS);
    said.push({ path, kind, text: await askText(asking, { message: `What is its value? (${KINDS[kind]})` }) });
    const answer = await askChoice(asking, "Is there another value?", {
      no: "that is all",
      yes: "ask for one more",
    });
    isMore = answer === "yes";
  }
  return said;
}

/** Builds the tree of the values: `address.city` is `city` in `address`. */
async function nest(said: readonly SaidValue[]): Promise<DataObject> {
  interface Tree {
    [key: string]: Tree | Scalar;
  }
  const root: Tree = Object.create(null) as Tree;
  for (const value of said) {
    const parts = value.path.split(".");
    const last = parts.pop()!;
    let place = root;
    for (const part of parts) {
      const next = (place[part] ??= Object.create(null) as Tree);
      if (!isTree(next))
        throw new UsageError(`"${value.path}" is within "${part}", which is a value: name it otherwise.`);
      place = next;
    }
    if (last in place) throw new UsageError(`There are two values for "${value.path}": give one.`);
    place[last] = await read(value);
  }
  return root;

  function isTree(value: Tree | Scalar): value is Tree {
    return typeof value === "object" && !(value instanceof Uint8Array) && !(value instanceof ArrayBuffer);
  }
}

async function read({ path, kind, text }: SaidValue): Promise<Scalar> {
  const refuse = (cause?: unknown) =>
    new UsageError(`"${path}" is ${JSON.stringify(text)}: give ${KINDS[kind]}.`, { cause });
  switch (kind) {
    case "string":
      return text;
    case "number":
      if (text.trim() === "" || !Number.isFinite(Number(text))) throw refuse();
      return Number(text);
    case "integer":
      if (!/^-?\d+$/.test(text)) throw refuse();
      return BigInt(text);
    case "bool":
      if (text !== "true" && text !== "false") throw refuse();
      return text === "true";
    case "file":
      return readFile(text).catch((cause: unknown) => {
        throw refuse(cause);
      });
  }
}
