import { HttpError } from "../http/HttpError.js";
import { InvalidFieldError, readAddress, readBytes32, readUint } from "@poco-marketplace/sdk/protocol/field.js";
import { MAX_WIRE_NUMBER } from "./wireNumber.js";

/** The parsed query of a request: a repeated name has several values. */
export type Query = Readonly<Record<string, unknown>>;

/** The page of a list that a client requests. */
export interface PageRequest {
  /** Counted from 0. */
  readonly index: number;
  readonly size: number;
}

const DEFAULT_PAGE_SIZE = 20;
const SMALLEST_PAGE = 10n;
const LARGEST_PAGE = 1_000n;
/** The limit keeps the offset of a page within the integers of the database. */
const LAST_PAGE = 1_000_000n;

/** Returns the value of a name in a query, if it is present and not empty. */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw new HttpError(400, `${name} is given more than once: give it once.`);
  return value;
}

/** Reads an address, and returns it in lower case. */
export function addressOf(query: Query, name: string): string | undefined {
  const value = textOf(query, name);
  // Any case is accepted: checksums protect payments, not searches.
  return value === undefined ? undefined : readAddress(name, value.toLowerCase()).toLowerCase();
}

/** Reads an address or `any`, in lower case. */
export function addressOrAny(query: Query, name: string): string | undefined {
  return textOf(query, name) === "any" ? "any" : addressOf(query, name);
}

/** Reads 32 bytes, in lower case. */
export function hashOf(query: Query, name: string): string | undefined {
  const value = textOf(query, name);
  return value === undefined ? undefined : readBytes32(name, value);
}

/** Reads a number from 0 to 2^53 − 1. */
export function numberOf(query: Query, name: string): number | undefined {
  const value = textOf(query, name);
  return value === undefined ? undefined : Number(readUint(name, value, MAX_WIRE_NUMBER));
}

/** Reads `true` or `false`; false if it is missing. */
export function flagOf(query: Query, name: string): boolean {
  const value = textOf(query, name);
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw new InvalidFieldError(name, value, "true or false");
}

/** Reads the requested page: `pageIndex` from 0, `pageSize` from 10 to 1000 (20 if it is missing). */
export function pageOf(query: Query): PageRequest {
  const size = readUint("pageSize", textOf(query, "pageSize") ?? DEFAULT_PAGE_SIZE, LARGEST_PAGE);
  if (size < SMALLEST_PAGE) {
    throw new InvalidFieldError("pageSize", size, `a whole number from ${SMALLEST_PAGE} to ${LARGEST_PAGE}`);
  }
  return { index: Number(readUint("pageIndex", textOf(query, "pageIndex") ?? 0, LAST_PAGE)), size: Number(size) };
}

/** A page of a list: `nextPage` is the index of the next page, if there is one. */
export interface Listed<Entry> {
  readonly entries: readonly Entry[];
  /** The number of entries on all pages. */
  readonly count: number;
  readonly nextPage?: number;
}

/** Makes a page of a list of `count` entries. */
export function listed<Entry>(entries: readonly Entry[], count: number, { index, size }: PageRequest): Listed<Entry> {
  return { entries, count, ...((index + 1) * size < count && { nextPage: index + 1 }) };
}
