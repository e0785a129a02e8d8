import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
} from "graphql";

import type { BlockId } from "../../follower/followerErrors.js";
import { ENTITIES, ENTITY_NAMES } from "../entities.js";
import { EntityTypes } from "./entityTypes.js";
import { readListQuery, type FieldArguments } from "./listQuery.js";
import type { QueryContext } from "./queryContext.js";
import { BytesScalar } from "./scalars.js";

type Fields = GraphQLFieldConfigMap<unknown, QueryContext>;

const BLOCK_HEIGHT = new GraphQLInputObjectType({
  name: "Block_height",
  description: "As of which block to answer.",
  fields: { number: { type: GraphQLInt } },
});
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

/** Builds a schema with queries for all indexed entities, like those of The Graph's subgraphs. */
export function buildSchema(): GraphQLSchema {
  const types = new EntityTypes();
  const query: Fields = { _meta: META };
  for (const name of ENTITY_NAMES) {
    const block = { type: BLOCK_HEIGHT };
    query[name.charAt(0).toLowerCase() + name.slice(1)] = {
      type: types.objectOf(name),
      args: { id: { type: new GraphQLNonNull(GraphQLString) }, block },
      resolve: (_, { id, ...args }: FieldArguments, { reader, tip }) =>
        reader.one(name, String(id).toLowerCase(), heightOf(args, tip)),
    };
    query[ENTITIES[name].plural] = {
      type: types.listOf(name),
      args: { ...types.listArguments(name), block },
      resolve: (_, args: FieldArguments, { reader, tip }) =>
        reader.many(name, readListQuery(args), heightOf(args, tip)),
    };
  }
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields: query }) });
}

function heightOf(args: FieldArguments, tip: BlockId): number {
  const { number } = (args["block"] ?? {}) as { number?: number | null };
  if (number === undefined || number === null) return tip.number;
  if (number >= 0 && number <= tip.number) return number;
  throw new GraphQLError(`Block ${number} is not indexed: the newest that is has the number ${tip.number}.`);
}
