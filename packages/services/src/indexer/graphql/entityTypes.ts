import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  type GraphQLInputFieldConfigMap,
  type GraphQLOutputType,
  type GraphQLScalarType,
} from "graphql";

import { ENTITIES, ENTITY_NAMES, type EntityName, type Field } from "../entities.js";
import { bulkSliceField } from "./bulkSlice.js";
import { DEFAULT_FIRST, MAX_FIRST, readListQuery, type FieldArguments } from "./listQuery.js";
import type { QueryContext } from "./queryContext.js";
import type { Found } from "./reader.js";
import { BigIntScalar, BytesScalar, wordScalar } from "./scalars.js";
import { ENDINGS, ID_FIELD } from "./where.js";

const DIRECTION = new GraphQLEnumType({ name: "OrderDirection", values: { asc: {}, desc: {} } });
const SCHEMA_PATH = new GraphQLObjectType<string>({
  name: "SchemaPath",
  description: "A file in protected data.",
  fields: {
    id: { type: new GraphQLNonNull(GraphQLString), description: "path:type", resolve: (path) => path },
    path: { type: new GraphQLNonNull(GraphQLString), resolve: (path) => path.slice(0, path.lastIndexOf(":")) },
    type: { type: new GraphQLNonNull(GraphQLString), resolve: (path) => path.slice(path.lastIndexOf(":") + 1) },
  },
});

/** The GraphQL types of all entities. They refer to each other, so their fields are made when they are first asked for. */
export class EntityTypes {
  /** Scalars of fields that have one of a few words, by name. */
  readonly #words = new Map<string, GraphQLScalarType>();
  readonly #filters: ReadonlyMap<EntityName, GraphQLInputObjectType>;
  readonly #objects: ReadonlyMap<EntityName, GraphQLObjectType>;
  readonly #orders: ReadonlyMap<EntityName, GraphQLEnumType>;

  constructor() {
    this.#filters = new Map(ENTITY_NAMES.map((name) => [name, this.#filterOf(name)]));
    this.#objects = new Map(ENTITY_NAMES.map((name) => [name, this.#objectOf(name)]));
    this.#orders = new Map(ENTITY_NAMES.map((name) => [name, orderOf(name)]));
  }

  /** The type of an entity. */
  objectOf(name: EntityName): GraphQLObjectType {
    return this.#objects.get(name)!;
  }

  /** The type of a list of entities. */
  listOf(name: EntityName): GraphQLOutputType {
    return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(this.objectOf(name))));
  }

  /** The arguments of a field that lists entities. */
  listArguments(name: EntityName): GraphQLFieldConfigArgumentMap {
    return {
      where: { type: this.#filters.get(name)! },
      first: { type: GraphQLInt, defaultValue: DEFAULT_FIRST, description: `At most ${MAX_FIRST}.` },
      skip: { type: GraphQLInt, defaultValue: 0 },
      orderBy: { type: this.#orders.get(name)! },
      orderDirection: { type: DIRECTION },
    };
  }

  #filterOf(name: EntityName): GraphQLInputObjectType {
    return new GraphQLInputObjectType({
      name: `${name}_filter`,
      fields: () => {
        const itself = new GraphQLList(this.#filters.get(name)!);
        const fields: GraphQLInputFieldConfigMap = { and: { type: itself }, or: { type: itself } };
        for (const [key, field] of Object.entries({ id: ID_FIELD, ...ENTITIES[name].fields })) {
          const scalar = this.#scalarOf(name, key, field);
          const many = new GraphQLList(new GraphQLNonNull(scalar));
          for (const ending of ENDINGS[field.type]) {
            fields[`${key}${ending}`] = { type: field.type === "Strings" || ending.endsWith("_in") ? many : scalar };
          }
          if (field.to !== undefined) fields[`${key}_`] = { type: this.#filters.get(field.to)! };
        }
        for (const [key, { of }] of Object.entries(ENTITIES[name].lists)) {
          fields[`${key}_`] = { type: this.#filters.get(of)! };
        }
        return fields;
      },
    });
  }

  #objectOf(name: EntityName): GraphQLObjectType {
    return new GraphQLObjectType<Found, QueryContext>({
      name,
      description: ENTITIES[name].description,
      fields: () => {
        const fields: GraphQLFieldConfigMap<Found, QueryContext> = {
          id: { type: new GraphQLNonNull(GraphQLID), resolve: ({ version }) => version.id },
        };
        for (const [key, field] of Object.entries(ENTITIES[name].fields)) {
          fields[key] = fieldOf(key, field, this.#outputOf(name, key, field));
        }
        for (const [key, { of, by }] of Object.entries(ENTITIES[name].lists)) {
          fields[key] = {
            type: this.listOf(of),
            args: this.listArguments(of),
            resolve: ({ at, version }, args: FieldArguments, { reader }) =>
              reader.many(of, readListQuery(args), at, { field: by, id: version.id }),
          };
        }
        if (name === "Task") fields["bulkSlice"] = bulkSliceField(this.#objects.get("Dataset")!);
        return fields;
      },
    });
  }

  #outputOf(name: EntityName, key: string, field: Field): GraphQLOutputType {
    // Assets that were registered before the hub was deployed are not indexed, so a reference may be null.
    if (field.to !== undefined) return this.#objects.get(field.to)!;
    if (field.type === "Strings") return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(SCHEMA_PATH)));
    const scalar = this.#scalarOf(name, key, field);
    return field.isNullable ? scalar : new GraphQLNonNull(scalar);
  }

  #scalarOf(owner: EntityName, name: string, field: Field): GraphQLScalarType {
    switch (field.type) {
      case "BigInt":
        return BigIntScalar;
      case "Boolean":
        return GraphQLBoolean;
      case "Bytes":
        return BytesScalar;
      case "Enum": {
        const title = `${owner}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
        const scalar = this.#words.get(title) ?? wordScalar(title, field.values!);
        this.#words.set(title, scalar);
        return scalar;
      }
      default:
        return GraphQLString;
    }
  }
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
  const resolve = ({ at, version }: Found, _: FieldArguments, { reader }: QueryContext) => {
    const id = version[key];
    return typeof id === "string" ? reader.one(to, id, at) : null;
  };
  return { type, description, resolve };
}
