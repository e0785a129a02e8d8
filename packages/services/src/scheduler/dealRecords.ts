import type { DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { PoolDatabase } from "./tables.js";

/** A deal of which not all tasks were opened. */
export interface OpenDeal {
  readonly id: DealId;
  /** How many of its tasks were opened, in their order. */
  readonly opened: bigint;
  /** The block in which it was made. */
  readonly block: number;
}

/** How many deals are read at once. */
const PAGE = 64;

/** The deals of a pool in its database, and up to which block the chain was read for them. */
export class DealRecords {
  readonly #database: PoolDatabase;

  constructor(database: PoolDatabase) {
    this.#database = database;
  }

  /** Up to which block the chain was read. */
  async cursor(): Promise<number | undefined> {
    const row = await this.#database.selectFrom("cursor").select("block").executeTakeFirst();
    return row?.block;
  }

  async moveCursor(block: number): Promise<void> {
    await this.#database
      .insertInto("cursor")
      .values({ id: 1, block })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ block }))
      .execute();
  }

  /** Adds a deal that was made in a block, unless it is known. */
  async add(id: DealId, block: number): Promise<void> {
    await this.#database
      .insertInto("deal")
      .values({ id, block, opened: 0n, is_open: true })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }

  /** Deals of which not all tasks were opened, the oldest first. */
  async open(): Promise<OpenDeal[]> {
    return this.#database
      .selectFrom("deal")
      .select(["id", "opened", "block"])
      .where("is_open", "=", true)
      .orderBy("block")
      .orderBy("id")
      .limit(PAGE)
      .execute();
  }

  /** Removes a deal that is not on this chain any more; should it come back, it is a new one. */
  async remove(id: DealId): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await transaction.updateTable("task").set({ is_open: false }).where("deal", "=", id).execute();
      await transaction.deleteFrom("deal").where("id", "=", id).execute();
    });
  }
}
