import { parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { MAX_UINT256 } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { NULL_DATASET_ORDER, OrderKind, type SignedDealOrders } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, parseOrder, parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import type { RequestToMatch } from "@poco-marketplace/sdk/explain/explainRequest.js";
import { UsageError } from "../commandLine.js";
import type { WhyValues } from "../commands/why.js";
import { readJson, readEndpoints, type Endpoints } from "../endpoints.js";
import { readCommandLine } from "../readCommandLine.js";

/** The options, read. */
export interface WhyOptions {
  /** A request to find orders for, or four given orders. */
  readonly wanted: { readonly search: RequestToMatch } | { readonly orders: SignedDealOrders };
  /** The endpoints; the market is required for `search` only. */
  readonly endpoints: Endpoints;
  readonly payer: Address | undefined;
  readonly json: boolean;
}

/**
 * Reads the options of `poco why`, and the files that they name.
 *
 * @throws {@link UsageError}
 */
export function readWhyOptions(values: WhyValues): WhyOptions {
  return readCommandLine(() => {
    const wanted = readWanted(values);
    const endpoints = readEndpoints({ ...values, ipfsGateway: values.gateway });
    if ("search" in wanted && endpoints.market === undefined) {
      throw new UsageError("No order market is known: give --market URL, or --network FILE of a network that has one.");
    }
    return { wanted, endpoints, payer: values.payer as Address | undefined, json: values.json === true };
  });
}

function readWanted(values: WhyValues): WhyOptions["wanted"] {
  const ways = [values.request, values.orders, values.app].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new UsageError("Nothing to explain: give one of --request FILE, --orders FILE and --app APP.");
  if (values.orders !== undefined) return { orders: readOrders(values.orders) };
  if (values.request !== undefined) return { search: readRequest(values.request) };
  if (values.requester === undefined) throw new UsageError("The requester is missing: give --requester ACCOUNT.");
  return { search: requestOf(values) };
}

function requestOf(values: WhyValues): RequestToMatch {
  const { app, dataset, workerpool, requester, category, trust, volume, tag } = values;
  return buildOrder(OrderKind.REQUEST, {
    app: app as Address,
    requester: requester as Address,
    appmaxprice: highestPrice(values.appMaxPrice),
    datasetmaxprice: highestPrice(values.datasetMaxPrice),
    workerpoolmaxprice: highestPrice(values.workerpoolMaxPrice),
    ...(dataset !== undefined && { dataset: dataset as Address }),
    ...(workerpool !== undefined && { workerpool: workerpool as Address }),
    ...(category !== undefined && { category }),
    ...(trust !== undefined && { trust }),
    ...(volume !== undefined && { volume }),
    ...(tag !== undefined && { tag: parseTag(tag.split(",").filter((name) => name !== "")) }),
  });
}

/** Reads an amount in RLC; without one, there is no limit. */
function highestPrice(text: string | undefined): bigint {
  return text === undefined ? MAX_UINT256 : parseRlc(text);
}

function readRequest(file: string): RequestToMatch {
  const json = orderIn(inChain(readJson(file)), OrderKind.REQUEST) ?? readJson(file);
  const isSigned = typeof json === "object" && json !== null && "sign" in json;
  return isSigned ? parseSignedOrder(OrderKind.REQUEST, json) : parseOrder(OrderKind.REQUEST, json);
}

function readOrders(file: string): SignedDealOrders {
  const json = inChain(readJson(file));
  const dataset = orderIn(json, OrderKind.DATASET);
  return {
    app: parseSignedOrder(OrderKind.APP, orderIn(json, OrderKind.APP)),
    dataset: dataset === undefined ? NULL_DATASET_ORDER : parseSignedOrder(OrderKind.DATASET, dataset),
    workerpool: parseSignedOrder(OrderKind.WORKERPOOL, orderIn(json, OrderKind.WORKERPOOL)),
    request: parseSignedOrder(OrderKind.REQUEST, orderIn(json, OrderKind.REQUEST)),
  };
}

/** Returns the order of a kind under its name here (`app`) or its name in official clients (`apporder`). */
function orderIn(json: unknown, kind: OrderKind): unknown {
  const orders = Object(json) as Readonly<Record<string, unknown>>;
  return orders[`${kind}order`] ?? orders[kind];
}

/** Returns the orders of a file. The official command line's `orders.json` nests them under the id of their chain. */
function inChain(json: unknown): unknown {
  const chains = Object.entries(Object(json) as object).filter(([name]) => /^\d+$/.test(name));
  if (chains.length === 0) return json;
  if (chains.length > 1) {
    const ids = chains.map(([id]) => id).join(", ");
    throw new UsageError(`The file has orders of the chains ${ids}: leave those of one in it.`);
  }
  return chains[0]![1];
}
