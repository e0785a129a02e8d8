import type { Kysely, Transaction } from "kysely";
import type { Migration } from "kysely/migration";

import type { BlockId } from "./followerErrors.js";

/** What a database needs for following: its tables extend this, its migrations begin with {@link followerMigration}. */
export interface FollowerTables {
  /** The newest blocks that were applied. Of ranges that were applied at once, only some of their blocks. */
  followed_block: { number: number; hash: string };
}

/** The first migration of a service that follows a chain. */
export const followerMigration: Migration = {
  up: async (database) => {
    await database.schema
      .createTable("followed_block")
      .addColumn("number", "int8", (column) => column.primaryKey())
      .addColumn("hash", "text", (column) => column.notNull())
      .execute();
  },
};

/** The newest block that was applied, if any. */
export async function readTip(database: Kysely<FollowerTables>): Promise<BlockId | undefined> {
  return database.selectFrom("followed_block").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();
}

/** All blocks that are stored, the newest first. */
export async function readBlocks(database: Kysely<FollowerTables>): Promise<BlockId[]> {
  return database.selectFrom("followed_block").selectAll().orderBy("number", "desc").execute();
}

/** Saves an applied block, and deletes those that are `maxReorgDepth` or more blocks older. */
export async function saveBlock(
  transaction: Transaction<FollowerTables>,
  block: BlockId,
  maxReorgDepth: number,
): Promise<void> {
  await transaction
    .deleteFrom("followed_block")
    .where("number", "<=", block.number - maxReorgDepth)
    .execute();
  await transaction.insertInto("followed_block").values({ number: block.number, hash: block.hash }).execute();
}

/** Deletes the blocks after `number`. */
export async function deleteBlocksAfter(transaction: Transaction<FollowerTables>, number: number): Promise<void> {
  await transaction.deleteFrom("followed_block").where("number", ">", number).execute();
}
