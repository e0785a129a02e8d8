import { expect } from "chai";
import { GraphQLError } from "graphql";
import { sql, type Kysely } from "kysely";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { openReader, type EntityReader } from "@poco-marketplace/services/indexer/graphql/reader.js";
import { INDEXER_DATABASE, type IndexerTables } from "@poco-marketplace/services/indexer/history/tables.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { rejection } from "../fixtures/rejection.js";

const PAGE = { where: {}, first: 10, skip: 0, orderBy: "id", orderDirection: "asc" } as const;
const READS: readonly [what: string, read: (reader: EntityReader) => Promise<unknown>][] = [
  ["one deal", (reader) => reader.one("Deal", "0x01", 1)],
  ["deals", (reader) => reader.many("Deal", PAGE, 1)],
  ["the deals of an app", (reader) => reader.many("Deal", PAGE, 1, { field: "app", id: "0x02" })],
];
/** The code with which PostgreSQL says that it canceled a statement, and one that it has for anything. */
const [CANCELED, RAISED] = ["57014", "P0001"];

describe("The reader of an index", () => {
  let place: TestDatabase;
  let database: Kysely<IndexerTables>;

  beforeEach(async () => {
    place = await freshDatabase();
    database = await openDatabase<IndexerTables>(place.location, INDEXER_DATABASE);
  });
  afterEach(async () => {
    await database.destroy();
    await place.remove();
  });

  /** From now on, every statement that reads deals fails with this code. */
  async function failDeals(code: string): Promise<void> {
    await sql`alter table indexer."Deal" rename to deal_rows`.execute(database);
    await sql`create function indexer.fail() returns boolean language plpgsql as ${sql.lit(
      `begin raise exception 'no' using errcode = '${code}'; end`,
    )}`.execute(database);
    await sql`create view indexer."Deal" as select deal_rows.* from (select indexer.fail() as is_so offset 0) as failure
      left join indexer.deal_rows on failure.is_so`.execute(database);
  }

  for (const [what, read] of READS) {
    it(`asks for a simpler query where ${what} took the database so long that it canceled the statement`, async () => {
      await failDeals(CANCELED);
      const { message, extensions } = await rejection(read(openReader(database)), GraphQLError);
      expect(message).to.equal(
        "The query takes the database too long: ask for less at a time, or with a simpler filter.",
      );
      expect({ ...extensions }).to.deep.equal({ http: { status: 503 } });
    });
  }

  it("does not say so of other failures", async () => {
    await failDeals(RAISED);
    for (const [, read] of READS) {
      const error = await rejection(read(openReader(database)), Error);
      expect(error).not.to.be.instanceOf(GraphQLError);
      expect(error.message).to.equal("no");
    }
  });
});
