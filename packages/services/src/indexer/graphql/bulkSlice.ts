import { GraphQLID, GraphQLList, GraphQLNonNull, GraphQLObjectType, type GraphQLFieldConfig } from "graphql";

import type { QueryContext } from "./queryContext.js";
import type { Found } from "./reader.js";

/** Makes the field of a task with the datasets that it uses in a bulk deal. */
export function bulkSliceField(dataset: GraphQLObjectType): GraphQLFieldConfig<Found, QueryContext> {
  const datasets = new GraphQLList(new GraphQLNonNull(dataset));
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
      return { id: version.id, datasets: found.filter((each) => each !== null) };
    },
  };
}
