import { GraphQLError } from "graphql";

import type { ListQuery } from "./reader.js";
import type { Where } from "./where.js";

/** The arguments of a field by name. */
export type FieldArguments = Readonly<Record<string, unknown>>;

/** The default page size of subgraphs. */
export const DEFAULT_FIRST = 100;
export const MAX_FIRST = 1_000;
const MAX_SKIP = 100_000;

/** Reads the query of a list from the arguments of its field. */
export function readListQuery(args: FieldArguments): ListQuery {
  const { first, skip, orderBy, orderDirection } = args;
  return {
    where: (args["where"] ?? {}) as Where,
    first: within("first", first, MAX_FIRST),
    skip: within("skip", skip, MAX_SKIP),
    orderBy: (orderBy ?? "id") as string,
    orderDirection: (orderDirection ?? "asc") as "asc" | "desc",
  };
}

function within(name: string, value: unknown, most: number): number {
  const number = Number(value ?? 0);
  if (number >= 0 && number <= most) return number;
  throw new GraphQLError(`${name} is ${number}, but must be from 0 to ${most}.`);
}
