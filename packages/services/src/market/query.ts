import { HttpError } from "../http/HttpError.js";
import { InvalidFieldError, readAddress, readBytes32, readUint } from "@poco-marketplace/sdk/protocol/field.js";
import { MAX_WIRE_NUMBER } from "./wireNumber.js";

/** The query of a request, as it was parsed: a name that comes twice has several values. */
export type Query = Readonly<Record<string, unknown>>;

/** Which part of a long answer is wanted. */
export interface PageRequest {
  /** Counted from 0. */
  readonly index: number;
  readonly size: number;
}

const DEFAULT_PAGE_SIZE = 20;
const SMALLEST_PAGE = 10n;
const LARGEST_PAGE = 1_000n;
/** So that the first entry of a page is a number that databases count to. */
const LAST_PAGE = 1_000_000n;

/** The value of a name in a query, if it is there and not empty. */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw new HttpError(400, `${name} is given more than once: give it once.`);
  return value;
}

/** An address in lower case. */
export function addressOf(query: Query, name: string): string | undefined {
  const value = textOf(query, name);
  // Whatever its case: a checksum protects who pays to an address, not who looks one up.
  return value === undefined ? undefined : readAddress(name, value.toLowerCase()).toLowerCase();
}

/** An address in lower case, or `any`. */
export function addressOrAny(query: Query, name: string): string | undefined {
  return textOf(query, name) === "any" ? "any" : addressOf(query, name);
}

/** 32 bytes, in lower case. */
export function hashOf(query: Query, name: string): string | undefined {
  const value = textOf(query, name);
  return value === undefined ? undefined : readBytes32(name, value);
}

/** A number from 0 to 2^53 − 1. */
export function numberOf(query: Query, name: string): number | undefined {
  const value = textOf(query, name);
  return value === undefined ? undefined : Number(readUint(name, value, MAX_WIRE_NUMBER));
}

/** `true` or `false`, the latter where it is missing. */
export function flagOf(query: Query, name: string): boolean {
  const value = textOf(query, name);
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw new InvalidFieldError(name, value, "true or false");
}

/** The page that is asked for: `pageIndex` from 0, `pageSize` from 10 to 1000 (20 where it is missing). */
export function pageOf(query: Query): PageRequest {
  const size = readUint("pageSize", textOf(query, "pageSize") ?? DEFAULT_PAGE_SIZE, LARGEST_PAGE);
  if (size < SMALLEST_PAGE) {
    throw new InvalidFieldError("pageSize", size, `a whole number from ${SMALLEST_PAGE} to ${LARGEST_PAGE}`);
  }
  return { index: Number(readUint("pageIndex", textOf(query, "pageIndex") ?? 0, LAST_PAGE)), size: Number(size) };
}

/** Part of a list, and whether there is more: `nextPage` is the index of the next page. */
export interface Listed<Entry> {
  readonly entries: readonly Entry[];
  /** How many there are on all pages. */
  readonly count: number;
  readonly nextPage?: number;
}

/** A page of a list of `count` entries. */
export function listed<Entry>(entries: readonly Entry[], count: number, { index, size }: PageRequest): Listed<Entry> {
  return { entries, count, ...((index + 1) * size < count && { nextPage: index + 1 }) };
}
