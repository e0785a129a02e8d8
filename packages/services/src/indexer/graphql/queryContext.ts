import type { BlockId } from "../../follower/followerErrors.js";
import type { BulkSlices } from "../bulkSlices.js";
import type { EntityReader } from "./reader.js";

/** The context of resolvers during one query. */
export interface QueryContext {
  readonly reader: EntityReader;
  /** The newest indexed block; queries are answered as of it unless they name another. */
  readonly tip: BlockId;
  readonly bulkSlices: BulkSlices;
}
