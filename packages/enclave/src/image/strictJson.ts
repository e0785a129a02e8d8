import { ImageError } from "./imageError.js";

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Parses a JSON object in UTF-8 that all parsers read alike: no name is repeated within an object.
 *
 * @param what - The name of the document in errors: `manifest`.
 * @throws `ImageError` MalformedDocument
 */
export function parseStrictJson(bytes: Uint8Array, what: string): Fields {
  const refuse = (problem: string, cause?: unknown) =>
    new ImageError("MalformedDocument", { what, problem }, cause === undefined ? {} : { cause });
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse("it is not JSON in UTF-8", cause);
  }
  if (!isObject(value)) throw refuse("it is not a JSON object");
  const twice = repeatedName(text);
  if (twice !== undefined) throw refuse(`it has the field ${JSON.stringify(twice.slice(0, 100))} twice`);
  return value;
}

/** Finds a name that is repeated in one object of valid JSON. */
function repeatedName(text: string): string | undefined {
  // The names so far of each open object; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  let quoted = "";
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (character === '"') {
      const end = endOfQuoted(text, place);
      quoted = text.slice(place, end);
      place = end - 1;
    } else if (character === "{") open.push(new Set());
    else if (character === "[") open.push(undefined);
    else if (character === "}" || character === "]") open.pop();
    else if (character === ":") {
      const name = JSON.parse(quoted) as string;
      const names = open.at(-1);
      if (names?.has(name) === true) return name;
      names?.add(name);
    }
  }
  return undefined;
}

function endOfQuoted(text: string, start: number): number {
  let place = start + 1;
  while (text[place] !== '"') place += text[place] === "\\" ? 2 : 1;
  return place + 1;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes names equal that Go takes for one: "ſ" counts as "s", and the sign for Kelvin as "k". */
function fold(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** Reads fields of one document, and names invalid ones in errors. `null` counts as absent, as for Docker. */
export class FieldReader {
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  /**
   * Reads a field. Parsers in Go accept `entryPoint` for `Entrypoint`, so a second spelling is refused.
   *
   * @throws `ImageError` MalformedDocument, as do all other methods
   */
  get(fields: Fields, name: string): unknown {
    const folded = fold(name);
    const other = Object.keys(fields).find((key) => key !== name && fold(key) === folded);
    if (other !== undefined) throw this.refuse(`it has ${JSON.stringify(other)}, which some take for "${name}"`);
    return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
  }

  object(fields: Fields, name: string): Fields | undefined {
    const value = this.get(fields, name);
    if (value !== undefined && !isObject(value)) throw this.refuse(`"${name}" is not an object`);
    return value;
  }

  text(fields: Fields, name: string): string | undefined {
    const value = this.get(fields, name);
    if (value !== undefined && (typeof value !== "string" || value.includes("\0"))) {
      throw this.refuse(`"${name}" is not text`);
    }
    return value as string | undefined;
  }

  /** Reads a non-negative integer. */
  count(fields: Fields, name: string): number | undefined {
    const value = this.get(fields, name);
    if (value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= 0)) {
      throw this.refuse(`"${name}" is not a whole number`);
    }
    return value as number | undefined;
  }

  list(fields: Fields, name: string): readonly unknown[] | undefined {
    const value = this.get(fields, name);
    if (value !== undefined && !Array.isArray(value)) throw this.refuse(`"${name}" is not a list`);
    return value;
  }

  objects(fields: Fields, name: string): readonly Fields[] | undefined {
    const values = this.list(fields, name);
    if (values?.every(isObject) === false) throw this.refuse(`"${name}" is not a list of objects`);
    return values as readonly Fields[] | undefined;
  }

  texts(fields: Fields, name: string): readonly string[] | undefined {
    const values = this.list(fields, name);
    if (values?.every((value) => typeof value === "string" && !value.includes("\0")) === false) {
      throw this.refuse(`"${name}" is not a list of texts`);
    }
    return values as readonly string[] | undefined;
  }

  /** Returns the value of a required field. */
  require<Value>(value: Value | undefined, name: string): Value {
    if (value === undefined) throw this.refuse(`it has no "${name}"`);
    return value;
  }

  refuse(problem: string): ImageError<"MalformedDocument"> {
    return new ImageError("MalformedDocument", { what: this.#what, problem });
  }
}
