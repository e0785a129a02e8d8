import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  type GraphQLInputFieldConfigMap,
  type GraphQLOutputType,
  type GraphQLScalarType,
} from "graphql";

import type { BlockId } from "../../follower/followerErrors.js";
import type { BulkSlices } from "../bulkSlices.js";
import { ENTITIES, ENTITY_NAMES, type EntityName, type Field } from "../entities.js";
import type { Found, ListQuery, EntityReader } from "./reader.js";
import { BigIntScalar, BytesScalar, wordScalar } from "./scalars.js";
import { ENDINGS, ID_FIELD, type Where } from "./where.js";

/** The context of resolvers during one query. */
export interface QueryContext {
  readonly reader: EntityReader;
  /** The newest indexed block; queries are answered as of it unless they name another. */
  readonly tip: BlockId;
  readonly bulkSlices: BulkSlices;
}

type Fields = GraphQLFieldConfigMap<unknown, QueryContext>;
type Args = Readonly<Record<string, unknown>>;

/** The default page size of subgraphs. */
const DEFAULT_FIRST = 100;
const MAX_FIRST = 1_000;
const MAX_SKIP = 100_000;

const DIRECTION = new GraphQLEnumType({ name: "OrderDirection", values: { asc: {}, desc: {} } });
const BLOCK_HEIGHT = new GraphQLInputObjectType({
  name: "Block_height",
  description: "As of which block to answer.",
  fields: { number: { type: GraphQLInt } },
});
const SCHEMA_PATH = new GraphQLObjectType<string>({
  name: "SchemaPath",
  description: "A file in protected data.",
  fields: {
    id: { type: new GraphQLNonNull(GraphQLString), description: "path:type", resolve: (path) => path },
    path: { type: new GraphQLNonNull(GraphQLString), resolve: (path) => path.slice(0, path.lastIndexOf(":")) },
    type: { type: new GraphQLNonNull(GraphQLString), resolve: (path) => path.slice(path.lastIndexOf(":") + 1) },
  },
});

/** Builds a schema with queries for all indexed entities, like those of The Graph's subgraphs. */
export function buildSchema(): GraphQLSchema {
  const words = new Map<string, GraphQLScalarType>();
  const filters = new Map<EntityName, GraphQLInputObjectType>();
  const objects = new Map<EntityName, GraphQLObjectType>();
  for (const name of ENTITY_NAMES) {
    filters.set(name, filterOf(name));
    objects.set(name, objectOf(name));
  }

  function scalarOf(owner: EntityName, name: string, field: Field): GraphQLScalarType {
    switch (field.type) {
      case "BigInt":
        return BigIntScalar;
      case "Boolean":
        return GraphQLBoolean;
      case "Bytes":
        return BytesScalar;
      case "Enum": {
        const title = `${owner}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        const scalar = words.get(title) ?? wordScalar(title, field.values!);
        words.set(title, scalar);
        return scalar;
      }
      default:
        return GraphQLString;
    }
  }

  function filterOf(name: EntityName): GraphQLInputObjectType {
    return new GraphQLInputObjectType({
      name: `${name}_filter`,
      fields: () => {
        const itself = new GraphQLList(filters.get(name)!);
        const fields: GraphQLInputFieldConfigMap = { and: { type: itself }, or: { type: itself } };
        for (const [key, field] of Object.entries({ id: ID_FIELD, ...ENTITIES[name].fields })) {
          const scalar = scalarOf(name, key, field);
          const many = new GraphQLList(new GraphQLNonNull(scalar));
          for (const ending of ENDINGS[field.type]) {
            fields[`${key}${ending}`] = { type: field.type === "Strings" || ending.endsWith("_in") ? many : scalar };
          }
          if (field.to !== undefined) fields[`${key}_`] = { type: filters.get(field.to)! };
        }
        for (const [key, { of }] of Object.entries(ENTITIES[name].lists)) {
          fields[`${key}_`] = { type: filters.get(of)! };
        }
        return fields;
      },
    });
  }

  function pageArgs(name: EntityName): GraphQLFieldConfigArgumentMap {
    return {
      where: { type: filters.get(name)! },
      first: { type: GraphQLInt, defaultValue: DEFAULT_FIRST, description: `At most ${MAX_FIRST}.` },
      skip: { type: GraphQLInt, defaultValue: 0 },
      orderBy: { type: orders.get(name)! },
      orderDirection: { type: DIRECTION },
    };
  }

  function objectOf(name: EntityName): GraphQLObjectType {
    return new GraphQLObjectType<Found, QueryContext>({
      name,
      description: ENTITIES[name].description,
      fields: () => {
        const fields: GraphQLFieldConfigMap<Found, QueryContext> = {
          id: { type: new GraphQLNonNull(GraphQLID), resolve: ({ version }) => version.id },
        };
        for (const [key, field] of Object.entries(ENTITIES[name].fields)) {
          fields[key] = fieldOf(key, field, outputOf(name, key, field));
        }
        for (const [key, { of, by }] of Object.entries(ENTITIES[name].lists)) {
          fields[key] = {
            type: listOf(of),
            args: pageArgs(of),
            resolve: ({ at, version }, args: Args, { reader }) =>
              reader.many(of, pageOf(args), at, { field: by, id: version.id }),
          };
        }
        if (name === "Task") fields["bulkSlice"] = bulkSlice(objects);
        return fields;
      },
    });
  }

  function outputOf(name: EntityName, key: string, field: Field): GraphQLOutputType {
    // Assets that were registered before the hub was deployed are not indexed, so a reference may be null.
    if (field.to !== undefined) return objects.get(field.to)!;
    if (field.type === "Strings") return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(SCHEMA_PATH)));
    const scalar = scalarOf(name, key, field);
    return field.isNullable ? scalar : new GraphQLNonNull(scalar);
  }

  const listOf = (name: EntityName) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(objects.get(name)!)));
  const orders = new Map(ENTITY_NAMES.map((name) => [name, orderOf(name)]));

  const query: Fields = { _meta: META };
  for (const name of ENTITY_NAMES) {
    const block = { type: BLOCK_HEIGHT };
    query[name.charAt(0).toLowerCase() + name.slice(1)] = {
      type: objects.get(name)!,
      args: { id: { type: new GraphQLNonNull(GraphQLString) }, block },
      resolve: (_, { id, ...args }: Args, { reader, tip }) =>
        reader.one(name, String(id).toLowerCase(), heightOf(args, tip)),
    };
    query[ENTITIES[name].plural] = {
      type: listOf(name),
      args: { ...pageArgs(name), block },
      resolve: (_, args: Args, { reader, tip }) => reader.many(name, pageOf(args), heightOf(args, tip)),
    };
  }
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields: query }) });
}

function orderOf(name: EntityName): GraphQLEnumType {
  const names = Object.entries(ENTITIES[name].fields).filter(([, { type }]) => type !== "Strings");
  const values = ["id", ...names.map(([key]) => key)].map((key) => [key, {}] as const);
  return new GraphQLEnumType({ name: `${name}_orderBy`, values: Object.fromEntries(values) });
}

function fieldOf(
  key: string,
  { to, description }: Field,
  type: GraphQLOutputType,
): GraphQLFieldConfig<Found, QueryContext> {
  if (to === undefined) return { type, description, resolve: ({ version }) => version[key] };
  const resolve = ({ at, version }: Found, _: Args, { reader }: QueryContext) => {
    const id = version[key];
    return typeof id === "string" ? reader.one(to, id, at) : null;
  };
  return { type, description, resolve };
}

function bulkSlice(objects: ReadonlyMap<EntityName, GraphQLObjectType>): GraphQLFieldConfig<Found, QueryContext> {
  const datasets = new GraphQLList(new GraphQLNonNull(objects.get("Dataset")!));
  const slice = new GraphQLObjectType<{ readonly id: string; readonly datasets: readonly Found[] }>({
    name: "BulkSlice",
    description: "The datasets that one task of a bulk deal uses: those whose orders there consent to it.",
    fields: { id: { type: new GraphQLNonNull(GraphQLID) }, datasets: { type: new GraphQLNonNull(datasets) } },
  });
  return {
    type: slice,
    description: "The datasets that it uses, if it is part of a bulk deal and the list of them can be had.",
    resolve: async ({ at, version }, _, { reader, bulkSlices }) => {
      const deal = await reader.one("Deal", String(version["deal"]), at);
      if (deal === null) return null;
      const ids = await bulkSlices.datasetsOf(String(deal.version["params"]), version["index"] as bigint);
      if (ids === undefined) return null;
      const found = await Promise.all(ids.map((id) => reader.one("Dataset", id, at)));
      return { id: version.id, datasets: found.filter((dataset) => dataset !== null) };
    },
  };
}

const META: GraphQLFieldConfig<unknown, QueryContext> = {
  type: new GraphQLNonNull(
    new GraphQLObjectType<BlockId, QueryContext>({
      name: "_Meta_",
      fields: {
        block: {
          type: new GraphQLNonNull(
            new GraphQLObjectType<BlockId, QueryContext>({
              name: "_Block_",
              fields: {
                number: { type: new GraphQLNonNull(GraphQLInt) },
                hash: { type: BytesScalar },
              },
            }),
          ),
          resolve: (tip) => tip,
        },
        hasIndexingErrors: { type: new GraphQLNonNull(GraphQLBoolean), resolve: () => false },
      },
    }),
  ),
  description: "How far the chain is indexed.",
  resolve: (_, __, { tip }) => tip,
};

function pageOf(args: Args): ListQuery {
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

function heightOf(args: Args, tip: BlockId): number {
  const { number } = (args["block"] ?? {}) as { number?: number | null };
  if (number === undefined || number === null) return tip.number;
  if (number >= 0 && number <= tip.number) return number;
  throw new GraphQLError(`Block ${number} is not indexed: the newest that is has the number ${tip.number}.`);
}
