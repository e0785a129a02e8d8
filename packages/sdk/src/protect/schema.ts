import { filetypemime } from "magic-bytes.js";

/** A value that protected data may hold. */
export type Scalar = string | boolean | number | bigint | Uint8Array | ArrayBuffer;

/** The data that a provider protects: scalars under names, which may be nested. */
export interface DataObject {
  readonly [key: string]: DataObject | Scalar;
}

/** The media types that a schema can name; any other file is `application/octet-stream`. */
export const MEDIA_TYPES = [
  "application/octet-stream",
  "application/pdf",
  "application/xml",
  "application/zip",
  "audio/midi",
  "audio/mpeg",
  "audio/x-wav",
  "image/bmp",
  "image/gif",
  "image/jpeg",
  "image/png",
  "image/webp",
  "video/mp4",
  "video/mpeg",
  "video/x-msvideo",
] as const;

/** A media type that a schema can name. */
export type MediaType = (typeof MEDIA_TYPES)[number];

/** The type of one value in a schema. */
export type LeafType = "string" | "bool" | "f64" | "i128" | MediaType;

/** The public description of protected data: the same tree with types instead of values. */
export interface Schema {
  readonly [key: string]: Schema | LeafType;
}

/** One value of protected data, with its path. */
export interface Leaf {
  readonly path: string;
  readonly type: LeafType;
  readonly value: Scalar;
}

/**
 * A key that cannot name a file inside protected data.
 *
 * @example
 * ```ts
 * await encryptData({ "first name": "Alice" }); // throws InvalidKeyError
 * ```
 */
export class InvalidKeyError extends Error {
  override readonly name = "InvalidKeyError";
  readonly key: string;

  constructor(key: string, parent: string) {
    const where = parent === "" ? "at the top of the data" : `under "${parent}"`;
    super(`The key "${key}" ${where} cannot be protected: use letters, digits, "-" and "_" only, at least one.`);
    this.key = key;
  }
}

/**
 * A value that no schema type can describe.
 *
 * @example
 * ```ts
 * await encryptData({ age: Number.NaN }); // throws UnsupportedValueError
 * ```
 */
export class UnsupportedValueError extends Error {
  override readonly name = "UnsupportedValueError";
  readonly path: string;

  constructor(path: string, found: string, advice: string) {
    super(`The value at "${path}" is ${found}, which cannot be protected: ${advice}.`);
    this.path = path;
  }
}

/**
 * An object without a single value in it.
 *
 * @example
 * ```ts
 * await encryptData({}); // throws EmptyDataError
 * ```
 */
export class EmptyDataError extends Error {
  override readonly name = "EmptyDataError";
  readonly path: string;

  constructor(path: string) {
    const what = path === "" ? "The data" : `The object at "${path}"`;
    super(`${what} holds no value: give it at least one named value to protect, or leave it out.`);
    this.path = path;
  }
}

const KEY = /^[A-Za-z0-9_-]+$/;
const I128_LIMIT = 2n ** 127n;

/**
 * Describes data without revealing its values: the schema that is published with a dataset.
 *
 * @throws {@link InvalidKeyError}, {@link UnsupportedValueError}, {@link EmptyDataError}
 */
export function extractSchema(data: DataObject): Schema {
  return schemaOf(data, "", []);
}

/**
 * Lists every value of the data, depth first, in the order of its keys.
 *
 * @throws {@link InvalidKeyError}, {@link UnsupportedValueError}, {@link EmptyDataError}
 */
export function listLeaves(data: DataObject): Leaf[] {
  return leavesOf(data, "", []);
}

/** Detects the media type of a file by its first bytes. */
export function detectMediaType(file: Uint8Array): MediaType {
  const guesses = filetypemime(file.subarray(0, 4096));
  return guesses.find(isMediaType) ?? "application/octet-stream";
}

/** Whether a schema's type is a media type, whose bytes are stored as they are. */
export function isMediaType(type: string): type is MediaType {
  return (MEDIA_TYPES as readonly string[]).includes(type);
}

/** Whether `key` may name a value: plain characters, and not the one name that JavaScript reserves. */
export function isKey(key: string): boolean {
  return KEY.test(key) && key !== "__proto__";
}

function schemaOf(object: DataObject, path: string, ancestors: readonly object[]): Schema {
  return Object.fromEntries(
    entriesOf(object, path, ancestors).map(({ key, at, value }) => [
      key,
      isNested(value) ? schemaOf(value, at, [...ancestors, object]) : typeOf(value, at),
    ]),
  );
}

function leavesOf(object: DataObject, path: string, ancestors: readonly object[]): Leaf[] {
  return entriesOf(object, path, ancestors).flatMap(({ at, value }) =>
    isNested(value)
      ? leavesOf(value, at, [...ancestors, object])
      : [{ path: at, type: typeOf(value, at), value: value as Scalar }],
  );
}

function entriesOf(object: DataObject, path: string, ancestors: readonly object[]) {
  if (!isNested(object)) {
    throw new UnsupportedValueError(path || "(the data itself)", nameOf(object), "give an object with named values");
  }
  if (ancestors.includes(object)) {
    throw new UnsupportedValueError(path, "an object that contains itself", "give a tree without loops");
  }
  const entries = Object.entries(object);
  if (entries.length === 0) throw new EmptyDataError(path);
  return entries.map(([key, value]) => {
    if (!isKey(key)) throw new InvalidKeyError(key, path);
    return { key, value, at: path === "" ? key : `${path}/${key}` };
  });
}

function typeOf(value: unknown, path: string): LeafType {
  if (typeof value === "boolean") return "bool";
  if (value instanceof Uint8Array) return detectMediaType(value);
  if (value instanceof ArrayBuffer) return detectMediaType(new Uint8Array(value));
  if (typeof value === "string") {
    if (value.isWellFormed()) return "string";
    throw new UnsupportedValueError(path, "text with half a character in it (a lone surrogate)", "correct the text");
  }
  if (typeof value === "number") {
    if (Number.isFinite(value)) return "f64";
    throw new UnsupportedValueError(path, String(value), "give a finite number");
  }
  if (typeof value === "bigint") {
    if (-I128_LIMIT <= value && value < I128_LIMIT) return "i128";
    throw new UnsupportedValueError(path, `the integer ${value}`, "stay within 128 bits, sign included, or give text");
  }
  const advice = Array.isArray(value)
    ? "use an object with one key per item"
    : "use text, a number, a bigint, a boolean, bytes, or a plain object of those";
  throw new UnsupportedValueError(path, nameOf(value), advice);
}

function isNested(value: unknown): value is DataObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  return `an object of class ${value.constructor.name}`;
}
