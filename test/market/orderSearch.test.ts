import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { Kysely } from "kysely";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { openCountCache } from "@poco-marketplace/services/market/countCache.js";
import { readOrderFilter, type OrderQuery } from "@poco-marketplace/services/market/orderFilter.js";
import { insertOrders, type AnyOrder } from "@poco-marketplace/services/market/orderRecord.js";
import { searchOrders } from "@poco-marketplace/services/market/orderSearch.js";
import { MARKET_DATABASE, type MarketTables } from "@poco-marketplace/services/market/tables.js";
import { OrderKind, buildOrder, parseTag, type Address } from "@poco-marketplace/sdk/protocol/index.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";
import { seededRandom } from "../fixtures/random.js";
import { BULK, inOrder, isWanted, type Entry } from "./bookModel.js";

const KINDS = Object.values(OrderKind);
/** Few enough that most filters find something. Their last digits are letters, so that case matters. */
const PLACES = [ZeroAddress as Address, addressOf(0xaaa), addressOf(0xbbb), addressOf(0xccc)];
const TAGS = [[], ["tee"], ["tee", "tdx"], ["tee", "scone"], ["gpu"], ["bit255"]].map((names) => parseTag(names));

describe("Searching the book", () => {
  const { pick, between } = seededRandom(20_261_121n);
  const below = (limit: number): number => Number(between(0n, BigInt(limit) - 1n));
  let place: TestDatabase;
  let database: Kysely<MarketTables>;
  let book: Entry[];

  before(async () => {
    place = await freshDatabase();
    database = await openDatabase<MarketTables>(place.location, MARKET_DATABASE);
    book = Array.from({ length: 600 }, (_, index) => randomEntry(index));
    const entries = book.map(({ isOpen, ...entry }) => {
      const status = isOpen ? ("open" as const) : ("dead" as const);
      return { ...entry, presigned: false, status };
    });
    await insertOrders(database, entries);
  });

  after(async () => {
    await database.destroy();
    await place.remove();
  });

  function search(filter: OrderQuery) {
    return searchOrders({ database, counts: openCountCache() }, filter);
  }

  function randomEntry(index: number): Entry {
    const kind = pick(KINDS);
    const common = { volume: pick([1n, 5n, 50n, BULK, BULK - 1n]), tag: pick(TAGS) };
    const price = BigInt(below(6));
    const restrictions = {
      apprestrict: pick(PLACES),
      datasetrestrict: pick(PLACES),
      workerpoolrestrict: pick(PLACES),
      requesterrestrict: pick(PLACES),
    };
    const { apprestrict, datasetrestrict, workerpoolrestrict, requesterrestrict } = restrictions;
    const asset = pick(PLACES.slice(1));
    const level = { category: BigInt(below(3)), trust: BigInt(below(4)) };
    const order = {
      app: () =>
        buildOrder("app", {
          ...common,
          app: asset,
          appprice: price,
          datasetrestrict,
          workerpoolrestrict,
          requesterrestrict,
        }),
      dataset: () =>
        buildOrder("dataset", {
          ...common,
          dataset: asset,
          datasetprice: pick([0n, price]),
          apprestrict,
          workerpoolrestrict,
          requesterrestrict,
        }),
      workerpool: () =>
        buildOrder("workerpool", {
          ...common,
          ...level,
          workerpool: asset,
          workerpoolprice: price,
          apprestrict,
          datasetrestrict,
          requesterrestrict,
        }),
      request: () =>
        buildOrder("request", {
          ...common,
          ...level,
          app: asset,
          dataset: datasetrestrict,
          workerpool: workerpoolrestrict,
          workerpoolmaxprice: price,
          requester: pick(PLACES.slice(1)),
          beneficiary: pick(PLACES.slice(1)),
        }),
    }[kind]();
    return {
      entry: { kind, order: { ...order, sign: "0x" } } as unknown as AnyOrder,
      hash: `0x${index.toString(16).padStart(64, "0")}`,
      signer: pick(PLACES.slice(1)),
      consumed: below(3) === 0 ? common.volume / 2n : 0n,
      isOpen: below(8) > 0,
    };
  }

  /** Some filters of a query, as a client may write them. */
  function randomQuery(kind: OrderKind): Record<string, string> {
    const query: Record<string, string> = { pageSize: "1000" };
    const maybe = (name: string, value: () => string, chance = 3) => {
      if (below(chance) === 0) query[name] = value();
    };
    for (const name of ["app", "dataset", "workerpool", "requester"]) {
      maybe(name, () => (below(2) === 0 ? "any" : pick([pick(PLACES), pick(PLACES).toLowerCase()])), 2);
      maybe(`is${name[0]!.toUpperCase()}${name.slice(1)}Strict`, () => pick(["true", "true", "false"]));
    }
    maybe(`${kind}Owner`, () => pick(PLACES.slice(1)), 5);
    maybe("minTag", () => pick(TAGS), 4);
    maybe("maxTag", () => pick([...TAGS, parseTag(["tee", "tdx", "gpu"])]), 4);
    maybe("minVolume", () => pick(["1", "5", "26", String(BULK)]), 4);
    if (kind === "workerpool" || kind === "request") {
      maybe("category", () => String(below(3)));
      maybe("minTrust", () => String(below(4)), 5);
      maybe("maxTrust", () => String(below(4)), 5);
    }
    if (kind === "request") maybe("beneficiary", () => pick(PLACES.slice(1)), 5);
    if (kind === "dataset") maybe("bulkOnly", () => "true", 5);
    return query;
  }

  it("finds exactly what one who looks at every order finds, in the same order", async () => {
    let found = 0;
    for (let round = 0; round < 250; round++) {
      const kind = pick(KINDS);
      const query = randomQuery(kind);
      const expected = inOrder(
        kind,
        book.filter((entry) => entry.entry.kind === kind && isWanted(entry, query)),
      );

      const { entries, count } = await search(readOrderFilter(kind, query));

      expect(
        entries.map(({ hash }) => hash),
        JSON.stringify({ kind, query }),
      ).to.deep.equal(expected);
      expect(count).to.equal(expected.length);
      found += count;
    }
    // Or the rounds above proved nothing.
    expect(found).to.be.above(500);
  });

  it("gives pages that together are the whole, each once", async () => {
    const query = { app: "any", dataset: "any", workerpool: "any", requester: "any" };
    const all = await search(readOrderFilter("app", { ...query, pageSize: "1000" }));
    expect(all.nextPage).to.equal(undefined);
    const hashes: string[] = [];
    let next: number | undefined = 0;
    while (next !== undefined) {
      const page = await search(readOrderFilter("app", { ...query, pageSize: "10", pageIndex: String(next) }));
      expect(page.count).to.equal(all.count);
      hashes.push(...page.entries.map(({ hash }) => hash));
      next = page.nextPage;
    }
    expect(all.count).to.be.above(100);
    expect(hashes).to.deep.equal(all.entries.map(({ hash }) => hash));
  });
});
