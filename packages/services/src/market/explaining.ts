import type { Kysely } from "kysely";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { findCandidates, type SearchOrders } from "@poco-marketplace/sdk/explain/findCandidates.js";
import { reportOfRequest, type MatchReport } from "@poco-marketplace/sdk/explain/report.js";
import { explainRequest, type RequestToMatch } from "@poco-marketplace/sdk/explain/explainRequest.js";
import { MAX_UINT256, readAddress, readUint } from "@poco-marketplace/sdk/protocol/field.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { parseTag, type Tag } from "@poco-marketplace/sdk/protocol/tag.js";
import { marketQuery } from "@poco-marketplace/sdk/wire/market.js";
import { openCountCache } from "./countCache.js";
import { readOrderFilter } from "./orderFilter.js";
import { searchOrders } from "./orderSearch.js";
import { textOf, type Query } from "./query.js";
import type { MarketTables } from "./tables.js";

/**
 * Explains which open orders match a request: the cheapest that do and their cost, or the reasons why each does not and
 * what would help. Amounts are in nRLC.
 *
 * @param query - The fields of a request order by their names on the wire, at least `app` and `requester`. A missing
 * highest price is no limit; `tag` may also be names with commas between them.
 * @throws InvalidFieldError, HttpError when a field is invalid
 */
export async function explainQuery(
  { database, contracts }: { database: Kysely<MarketTables>; contracts: Contracts },
  query: Query,
): Promise<MatchReport> {
  const request = readRequest(query);
  const candidates = await findCandidates(searchBook(database), request);
  return reportOfRequest(await explainRequest(contracts, request, { candidates }), { request, gas: undefined });
}

function searchBook(database: Kysely<MarketTables>): SearchOrders {
  return async (kind, filter) => {
    const { entries } = await searchOrders(
      { database, counts: openCountCache() },
      readOrderFilter(kind, marketQuery(filter)),
    );
    return entries.map(({ hash, fields }) => ({ hash, order: parseSignedOrder(kind, fields) }));
  };
}

function readRequest(query: Query): RequestToMatch {
  const text = (name: string) => textOf(query, name);
  const optional = <Value>(name: string, read: (value: string) => Value) => {
    const value = text(name);
    return value === undefined ? {} : { [name]: read(value) };
  };
  const number = (name: string) => optional(name, (value) => readUint(name, value));
  const account = (name: string) => optional(name, (value) => addressIn(name, value));
  const price = (name: string) => ({ [name]: MAX_UINT256, ...number(name) });
  return buildOrder(OrderKind.REQUEST, {
    app: addressIn("app", text("app")),
    requester: addressIn("requester", text("requester")),
    ...account("dataset"),
    ...account("workerpool"),
    ...price("appmaxprice"),
    ...price("datasetmaxprice"),
    ...price("workerpoolmaxprice"),
    ...number("volume"),
    ...number("category"),
    ...number("trust"),
    ...optional("tag", readTag),
  });
}

/** Reads an address in any case: checksums protect payments, not searches. */
function addressIn(name: string, value: string | undefined): Hex {
  return readAddress(name, value?.toLowerCase());
}

function readTag(text: string): Tag {
  return text.startsWith("0x") ? (text as Tag) : parseTag(text.split(",").filter((name) => name !== ""));
}
