// This file translates filters of queries to SQL conditions.

import { GraphQLError } from "graphql";
import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";

import { ENTITIES, type EntityName, type Field } from "../entities.js";
import type { IndexerTables } from "../history/tables.js";

/** A filter in a query: fields with the suffix of a comparison, `and`, `or`, and filters of related entities. */
export type Where = Readonly<Record<string, unknown>>;

const EQUALITY = ["", "_not", "_in", "_not_in"];
const ORDER = ["_gt", "_lt", "_gte", "_lte"];
const PART = ["_contains", "_not_contains"];
const PLACE = ["_starts_with", "_not_starts_with", "_ends_with", "_not_ends_with"];
const NOCASE = ["_contains_nocase", "_not_contains_nocase", "_starts_with_nocase", "_ends_with_nocase"];

/** The suffixes of comparisons that a type of field supports. No suffix means "equals". */
export const ENDINGS: Readonly<Record<Field["type"], readonly string[]>> = {
  BigInt: [...EQUALITY, ...ORDER],
  Boolean: EQUALITY,
  Bytes: [...EQUALITY, ...ORDER, ...PART],
  Enum: EQUALITY,
  Ref: [...EQUALITY, ...ORDER, ...PART],
  String: [...EQUALITY, ...ORDER, ...PART, ...PLACE, ...NOCASE],
  Strings: ["", "_not", ...PART],
};

/** The field for an entity's own id in filters and orders. */
export const ID_FIELD: Field = { type: "String", description: "Its id, in lower case." };

type Condition = RawBuilder<SqlBool>;

/** The scope of a filter. */
export interface Scope {
  readonly database: Kysely<IndexerTables>;
  /** The block as of which entities are compared. */
  readonly at: number;
}

const COMPARISONS: Readonly<Record<string, string>> = { _gt: ">", _lt: "<", _gte: ">=", _lte: "<=" };
const ENDING = /(?:_not)?(?:_gt|_lt|_gte|_lte|_in|_contains|_starts_with|_ends_with)?(?:_nocase)?$/;
/** The maximum depth of nested filters. */
const MAX_DEPTH = 8;
/** The maximum number of relations that a filter may follow in a row: each multiplies the work of the database. */
const MAX_RELATIONS = 3;
/** The maximum number of comparisons in a filter. */
const MAX_COMPARISONS = 200;

/** Builds the condition for versions of `name`, which the statement calls `alias`. */
export function condition(scope: Scope, name: EntityName, alias: string, where: Where): Condition {
  return conditionAt(scope, name, alias, where, { depth: 0, relations: 0, count: { comparisons: 0 } });
}

/** A position in a filter, and the number of comparisons in the whole filter. */
interface Place {
  readonly depth: number;
  readonly relations: number;
  readonly count: { comparisons: number };
}

function conditionAt(scope: Scope, name: EntityName, alias: string, where: Where, place: Place): Condition {
  const { depth, relations, count } = place;
  if (depth > MAX_DEPTH) throw new GraphQLError(`Filters lie more than ${MAX_DEPTH} deep in each other: flatten them.`);
  const parts = Object.entries(where).map(([key, value]): Condition => {
    if (key === "and" || key === "or") {
      const inner = listOf<Where>(value).map((one) =>
        conditionAt(scope, name, alias, one, { ...place, depth: depth + 1 }),
      );
      return join(inner, key);
    }
    if (++count.comparisons > MAX_COMPARISONS) {
      throw new GraphQLError(`The filter has more than ${MAX_COMPARISONS} comparisons: ask for less at a time.`);
    }
    if (key.endsWith("_")) {
      if (relations === MAX_RELATIONS) {
        throw new GraphQLError(`The filter follows more than ${MAX_RELATIONS} relations in a row: ask in two steps.`);
      }
      const next = { count, depth: depth + 1, relations: relations + 1 };
      return related(scope, name, alias, key.slice(0, -1), value as Where, next);
    }
    const ending = ENDING.exec(key)![0];
    const field = key.slice(0, key.length - ending.length);
    const type = (field === "id" ? ID_FIELD : ENTITIES[name].fields[field]!).type;
    return comparison(sql.ref(`${alias}.${field}`), type, ending, field === "id" ? lower(value) : value);
  });
  return join(parts, "and");
}

/** Builds the condition for versions that were current as of the scope's block. */
export function visible({ at }: Scope, alias: string): Condition {
  const [since, until] = [sql.ref(`${alias}.since`), sql.ref(`${alias}.until`)];
  return sql<SqlBool>`(${since} <= ${at} and (${until} is null or ${until} > ${at}))`;
}

function related(scope: Scope, name: EntityName, alias: string, field: string, where: Where, place: Place): Condition {
  const { fields, lists } = ENTITIES[name];
  const list = lists[field];
  const target = list?.of ?? fields[field]!.to!;
  const inner = `${alias}_${field}`;
  const [theirs, ours] = list === undefined ? ["id", field] : [list.by, "id"];
  const found = scope.database
    .selectFrom(`${target} as ${inner}` as never)
    .select(sql<number>`1`.as("found"))
    .where(sql<SqlBool>`${sql.ref(`${inner}.${theirs}`)} = ${sql.ref(`${alias}.${ours}`)}`)
    .where(visible(scope, inner))
    .where(conditionAt(scope, target, inner, where, place));
  return sql<SqlBool>`exists ${found}`;
}

function comparison(column: RawBuilder<unknown>, type: Field["type"], ending: string, given: unknown): Condition {
  const value = type === "Ref" ? lower(given) : given;
  const isNegated = ending.startsWith("_not");
  const how = isNegated ? ending.slice(4) : ending;
  const not = (yes: Condition) => (isNegated ? sql<SqlBool>`not ${yes}` : yes);
  if (how === "_in") {
    const values = listOf(value);
    return not(values.length === 0 ? sql`(false)` : sql`(${column} in (${sql.join(values)}))`);
  }
  if (value === null) {
    if (how !== "") throw new GraphQLError(`Nothing can be compared with null by ${ending}.`);
    return not(sql`(${column} is null)`);
  }
  if (type === "Strings") {
    const json = sql`${JSON.stringify(listOf(value))}::jsonb`;
    return not(how === "" ? sql`(${column} = ${json})` : sql`(${column} @> ${json})`);
  }
  if (how === "") return isNegated ? sql`(${column} <> ${value})` : sql`(${column} = ${value})`;
  const operator = COMPARISONS[how];
  if (operator !== undefined) return sql`(${column} ${sql.raw(operator)} ${value})`;
  return not(sql`(${column} ${sql.raw(how.endsWith("_nocase") ? "ilike" : "like")} ${pattern(how, value as string)})`);
}

function pattern(how: string, value: string): string {
  // The prefix 0x is not part of stored bytes, so it is not searched for.
  const text = value.replaceAll(/[\\%_]/g, (special) => `\\${special}`);
  if (how.startsWith("_starts_with")) return `${text}%`;
  return how.startsWith("_ends_with") ? `%${text}` : `%${text.replace(/^0x/, "")}%`;
}

function join(parts: readonly Condition[], word: "and" | "or"): Condition {
  if (parts.length === 0) return sql<SqlBool>`(true)`;
  return sql<SqlBool>`(${sql.join(parts, sql.raw(` ${word} `))})`;
}

function listOf<Item>(value: unknown): Item[] {
  if (value === null || value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as Item[];
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  return typeof value === "string" ? value.toLowerCase() : value;
}
