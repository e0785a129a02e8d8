import type { Kysely } from "kysely";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { followerMigration, type FollowerTables } from "@poco-marketplace/services/follower/position.js";
import type { Handlers } from "@poco-marketplace/services/follower/blockApplier.js";
import { freshDatabase } from "../database/databases.js";

/** What a service of a test keeps: every word that was logged, in order. */
export interface WordTables extends FollowerTables {
  word: { block: number; place: number; word: string };
}

/** A fresh database for words. */
export async function openWordTables() {
  const place = await freshDatabase();
  const database = await openDatabase<WordTables>(place.location, {
    name: "words",
    migrations: {
      "000_follower": followerMigration,
      "001_words": {
        up: (tables) =>
          tables.schema
            .createTable("word")
            .addColumn("block", "int8", (column) => column.notNull())
            .addColumn("place", "int8", (column) => column.notNull())
            .addColumn("word", "text", (column) => column.notNull())
            .addPrimaryKeyConstraint("word_id", ["block", "place"])
            .execute(),
      },
    },
  });
  return {
    database,
    words: () => wordsIn(database),
    async empty() {
      await database.deleteFrom("word").execute();
      await database.deleteFrom("followed_block").execute();
    },
    async close() {
      await database.destroy();
      await place.remove();
    },
  };
}

/** Writes down what is logged. */
export const wordHandlers: Handlers<WordTables, undefined> = {
  onLogs: async (logs, block, transaction) => {
    const rows = logs.map(({ data, index }) => ({ block: block.number, place: index, word: data }));
    await transaction.insertInto("word").values(rows).execute();
  },
  onRollback: async (blockNumber, transaction) => {
    await transaction.deleteFrom("word").where("block", ">", blockNumber).execute();
  },
};

async function wordsIn(database: Kysely<WordTables>): Promise<string> {
  const rows = await database.selectFrom("word").select("word").orderBy("block").orderBy("place").execute();
  return rows.map(({ word }) => word).join(" ");
}
