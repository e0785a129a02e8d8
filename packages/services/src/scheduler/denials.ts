import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { PoolDatabase } from "./tables.js";

/** An app and a requester whose deals cost the pool its stake. */
export interface Pair {
  readonly app: Address;
  readonly requester: Address;
}

/** A pair whose deals are not accepted for a while. */
export interface PairDenial extends Pair {
  readonly until: Date;
  readonly reason: string;
}

/** How many tasks of a pair may be given up, with none completed in between, before it is denied. */
export const TOLERATED_FAILURES = 3;
/** How long a pair is denied, and for how long losses count, in milliseconds: a day. */
export const DENIAL_MS = 86_400_000;

/** The denials in a pool's database: what cost the pool money is remembered over restarts, and expires. */
export type Denials = ReturnType<typeof openDenials>;

/** Opens the denials in a pool's database. */
export function openDenials(database: PoolDatabase, now: () => number = Date.now) {
  return {
    ...denialRecords(database, now),

    /** Makes several changes as one: if the database fails in between, there is none of them. */
    together<Result>(change: (records: DenialRecords) => Promise<Result>): Promise<Result> {
      return database.transaction().execute((transaction) => change(denialRecords(transaction, now)));
    },
  };
}

/** The denials without their transactions. */
export type DenialRecords = ReturnType<typeof denialRecords>;

function denialRecords(database: PoolDatabase, now: () => number) {
  async function deny({ app, requester }: Pair, reason: string): Promise<PairDenial> {
    const until = new Date(now() + DENIAL_MS);
    await database
      .insertInto("conduct")
      .values({ app, requester, failures: 0, until, reason })
      .onConflict((conflict) => conflict.columns(["app", "requester"]).doUpdateSet({ failures: 0, until, reason }))
      .execute();
    return { app, requester, until, reason };
  }

  return {
    deny,

    /** Counts a task that was given up. Returns the denial that it leads to, if it does. */
    async countFailure(pair: Pair, reason: string): Promise<PairDenial | undefined> {
      const { failures } = await database
        .insertInto("conduct")
        .values({ app: pair.app, requester: pair.requester, failures: 1, until: null, reason: null })
        .onConflict((conflict) =>
          conflict.columns(["app", "requester"]).doUpdateSet((set) => ({ failures: set("conduct.failures", "+", 1) })),
        )
        .returning("failures")
        .executeTakeFirstOrThrow();
      return failures < TOLERATED_FAILURES ? undefined : deny(pair, `${failures} tasks in a row failed: ${reason}`);
    },

    /** A task of a pair was completed: what failed before it counts no more. */
    async clear({ app, requester }: Pair): Promise<void> {
      await database
        .updateTable("conduct")
        .set({ failures: 0 })
        .where("app", "=", app)
        .where("requester", "=", requester)
        .where("failures", ">", 0)
        .execute();
    },

    /** Records what costs the pool a stake, in nRLC. Returns whether it was not recorded yet. */
    async addLoss(id: string, stake: bigint): Promise<boolean> {
      const { numInsertedOrUpdatedRows: added = 0n } = await database
        .insertInto("incident")
        .values({ id, stake, at: new Date(now()) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return added > 0n;
    },

    /** The stake that was lost within the last day, in nRLC, and when the first of these losses is a day old. */
    async losses(): Promise<{ stake: bigint; until: Date }> {
      const since = now() - DENIAL_MS;
      const rows = await database
        .selectFrom("incident")
        .select(["stake", "at"])
        .where("at", ">", new Date(since))
        .where("stake", ">", 0n)
        .orderBy("at")
        .execute();
      const first = rows[0]?.at.getTime() ?? since;
      return { stake: rows.reduce((sum, { stake }) => sum + stake, 0n), until: new Date(first + DENIAL_MS) };
    },

    /** All denials that are in force, the one that lasts longest first. */
    async current(): Promise<PairDenial[]> {
      const rows = await database
        .selectFrom("conduct")
        .selectAll()
        .where("until", ">", new Date(now()))
        .orderBy("until", "desc")
        .execute();
      return rows.map(({ app, requester, until, reason }) => ({ app, requester, until: until!, reason: reason! }));
    },

    async of({ app, requester }: Pair): Promise<PairDenial | undefined> {
      return (await this.current()).find((each) => each.app === app && each.requester === requester);
    },

    /** Removes a denial. Returns whether there was one. */
    async remove({ app, requester }: Pair): Promise<boolean> {
      const { numDeletedRows } = await database
        .deleteFrom("conduct")
        .where("app", "=", app)
        .where("requester", "=", requester)
        .where("until", ">", new Date(now()))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}
