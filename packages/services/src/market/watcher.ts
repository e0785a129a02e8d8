// The watcher applies the events of each block to the book of orders and deals, and reverts those of a reorg.

import { ZeroAddress, ZeroHash } from "ethers";
import { sql, type Kysely, type Transaction } from "kysely";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { ClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import type { Handlers } from "../follower/blockApplier.js";
import type { FollowedBlock } from "../follower/chainSource.js";
import { readDeal } from "../deals/readDeal.js";
import { toDealRow } from "./dealRecord.js";
import { readMarketEvents, type MarketEvent } from "./marketEvents.js";
import { refreshStatus } from "./orderStatus.js";
import type { MarketTables } from "./tables.js";
import { MAX_WIRE_NUMBER } from "./wireNumber.js";

/** The facts that are read from the chain before a block is applied. */
export interface BlockFacts {
  readonly events: readonly MarketEvent[];
  /** The new deals by their ids. */
  readonly deals: ReadonlyMap<string, ClassicDeal>;
}

type Matched = Extract<MarketEvent, { what: "matched" }>;

/** Creates the handlers that update the book with the chain's events. */
export function watchMarket(hub: Contracts["hub"], hubAddress: string): Handlers<MarketTables, BlockFacts> {
  return {
    async prepare(logs) {
      const events = readMarketEvents(hubAddress, logs);
      const notices = new Map(
        events.filter((event) => event.what === "boosted").map(({ notice }) => [notice.dealId, notice]),
      );
      const ids = events.filter((event) => event.what === "matched").map(({ dealId }) => dealId);
      const deals = await Promise.all(ids.map(async (id) => [id, await readDeal(hub, id, notices.get(id))] as const));
      return { events, deals: new Map(deals) };
    },
    async onLogs(_logs, block, transaction, facts) {
      await applyEvents(transaction, block, facts);
    },
    async onRollback(blockNumber, transaction) {
      await takeBack(transaction, blockNumber);
    },
  };
}

/** Applies the events of a block. */
async function applyEvents(
  transaction: Transaction<MarketTables>,
  block: FollowedBlock,
  { events, deals }: BlockFacts,
): Promise<void> {
  const touched = { hashes: new Set<string>(), assets: new Set<string>(), accounts: new Set<string>() };
  const changes = new Map<string, bigint>();
  const add = (account: string, amount: bigint) => {
    if (account === ZeroAddress) return;
    changes.set(account, (changes.get(account) ?? 0n) + amount);
    touched.accounts.add(account);
  };
  for (const event of events) {
    switch (event.what) {
      case "matched":
        await applyDeal(transaction, event, deals.get(event.dealId)!, block);
        for (const hash of event.hashes) touched.hashes.add(hash);
        break;
      case "closed":
      case "presigned":
        await transaction
          .insertInto(event.what === "closed" ? "closure" : "presignature")
          .values({ order_hash: event.hash, block: block.number })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        touched.hashes.add(event.hash);
        break;
      case "sold":
        await transaction
          .insertInto("ownership")
          .values({ asset: event.asset, block: block.number, log: event.log, owner: event.owner })
          .execute();
        touched.assets.add(event.asset);
        break;
      case "paid":
        add(event.from, -event.amount);
        add(event.to, event.amount);
        break;
      case "boosted":
        break;
    }
  }
  for (const [account, amount] of changes) {
    if (amount === 0n) continue;
    await transaction.insertInto("movement").values({ block: block.number, account, amount }).execute();
    await addToBalance(transaction, account, amount);
  }
  await refreshStatus(transaction, touched);
}

async function applyDeal(
  transaction: Transaction<MarketTables>,
  event: Matched,
  deal: ClassicDeal,
  block: FollowedBlock,
): Promise<void> {
  await transaction
    .insertInto("deal")
    .values(toDealRow(event, deal, block))
    .execute();
  await consume(transaction, event.hashes, event.volume);
}

/**
 * Subtracts the volume of deals from published orders. The volume used of other orders is added up when they are
 * published.
 */
async function consume(
  transaction: Transaction<MarketTables>,
  hashes: readonly string[],
  volume: bigint,
): Promise<void> {
  // Orders of the book cannot have such a volume.
  if (volume > MAX_WIRE_NUMBER || volume < -MAX_WIRE_NUMBER) return;
  await transaction
    .updateTable("published_order")
    .set((eb) => ({ consumed: eb("consumed", "+", Number(volume)) }))
    .where(
      "hash",
      "in",
      hashes.filter((hash) => hash !== ZeroHash),
    )
    .execute();
}

async function addToBalance(transaction: Transaction<MarketTables>, account: string, amount: bigint): Promise<void> {
  await transaction
    .insertInto("balance")
    .values({ account, amount })
    .onConflict((conflict) =>
      conflict
        .column("account")
        .doUpdateSet((eb) => ({ amount: eb("balance.amount", "+", eb.ref("excluded.amount")) })),
    )
    .execute();
}

/** Reverts everything that was written for blocks after `number`. */
async function takeBack(transaction: Transaction<MarketTables>, number: number): Promise<void> {
  const deals = await transaction
    .deleteFrom("deal")
    .where("block", ">", number)
    .returning(["app_hash", "dataset_hash", "workerpool_hash", "request_hash", "volume"])
    .execute();
  const closures = await transaction
    .deleteFrom("closure")
    .where("block", ">", number)
    .returning("order_hash")
    .execute();
  const presignatures = await transaction
    .deleteFrom("presignature")
    .where("block", ">", number)
    .returning("order_hash")
    .execute();
  const sales = await transaction.deleteFrom("ownership").where("block", ">", number).returning("asset").execute();
  const movements = await transaction
    .deleteFrom("movement")
    .where("block", ">", number)
    .returning(["account", "amount"])
    .execute();

  const dealHashes = deals.map((deal) => [deal.app_hash, deal.dataset_hash, deal.workerpool_hash, deal.request_hash]);
  for (const [index, { volume }] of deals.entries()) await consume(transaction, dealHashes[index]!, -volume);
  for (const { account, amount } of movements) await addToBalance(transaction, account, -amount);
  await refreshStatus(transaction, {
    hashes: new Set([...dealHashes.flat(), ...[...closures, ...presignatures].map(({ order_hash }) => order_hash)]),
    assets: new Set(sales.map(({ asset }) => asset)),
    accounts: new Set(movements.map(({ account }) => account)),
  });
}

/** Returns the volume of an order that known deals have used. */
export async function consumedOf(database: Kysely<MarketTables>, kind: string, hash: string): Promise<bigint> {
  const { consumed } = await database
    .selectFrom("deal")
    .select(sql<bigint>`coalesce(sum(volume), 0)`.as("consumed"))
    .where(`${kind}_hash` as "app_hash", "=", hash)
    .executeTakeFirstOrThrow();
  return consumed;
}
