import { parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { InvalidFieldError, MAX_UINT256 } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { NULL_DATASET_ORDER, OrderKind, type SignedDealOrders } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, parseOrder, parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import type { RequestToMatch } from "@poco-marketplace/sdk/explain/explainRequest.js";
import { parseCommandLine, UsageError } from "../commandLine.js";
import { NETWORK_FILE, readJson, readEndpoints, type Endpoints } from "../endpoints.js";

export const WHY_HELP = `npm run --silent why -- --request FILE | --orders FILE | --app APP --requester ACCOUNT [options]

Explains whether orders match before anything is sent: the cheapest that do and what they cost, or, for each that does
not, every reason and what would fix it. It reads from the hub and the order market, and sends no transaction.

What to explain, one of
  --request FILE     a request order in JSON, signed or not
  --orders FILE      four orders in JSON: {"app", "dataset", "workerpool", "request"}, or as official clients name
                     them (apporder …; the orders.json of their command line); the market is not queried; without
                     a dataset order the deal has none
  --app APP          with --requester and any of --dataset, --workerpool (addresses), --category N, --trust N,
                     --volume N, --tag tee,tdx, and --app-max-price, --dataset-max-price, --workerpool-max-price in
                     RLC (default: no limit)

Where to look
  --network FILE     what \`npm run network\` wrote (default: ${NETWORK_FILE}, if it is there)
  --rpc URL --hub ADDRESS --market URL
                     the same one by one; each takes precedence over the file
  --gateway URL      an IPFS gateway, to list the data of a bulk request that its tasks would not get
  --payer ACCOUNT    who pays (default: the requester)

  --json             print one JSON object, amounts in nRLC as strings
  --help             print this

Exit code 0: orders match. 1: none do; the reasons are printed. 2: the options, the files or the services cannot be
used.`;

/** The parsed command line. */
export interface WhyOptions {
  /** A request to find orders for, or four given orders. */
  readonly wanted: { readonly search: RequestToMatch } | { readonly orders: SignedDealOrders };
  /** The endpoints; the market is required for `search` only. */
  readonly endpoints: Endpoints;
  readonly payer: Address | undefined;
  readonly json: boolean;
}

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;
const REQUEST_OPTIONS = {
  app: TEXT,
  dataset: TEXT,
  workerpool: TEXT,
  requester: TEXT,
  category: TEXT,
  trust: TEXT,
  volume: TEXT,
  tag: TEXT,
  "app-max-price": TEXT,
  "dataset-max-price": TEXT,
  "workerpool-max-price": TEXT,
} as const;
const OPTIONS = {
  ...REQUEST_OPTIONS,
  request: TEXT,
  orders: TEXT,
  network: TEXT,
  rpc: TEXT,
  hub: TEXT,
  market: TEXT,
  gateway: TEXT,
  payer: TEXT,
  json: FLAG,
  help: FLAG,
} as const;

type Values = ReturnType<typeof parse>;

/** Reads the command line and the files that it names; returns `undefined` for `--help`. */
export function readWhyOptions(args: readonly string[]): WhyOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  try {
    const wanted = readWanted(values);
    const endpoints = readEndpoints({ ...values, ipfsGateway: values.gateway });
    if ("search" in wanted && endpoints.market === undefined) {
      throw new UsageError("No order market is known: give --market URL, or --network FILE of a network that has one.");
    }
    return { wanted, endpoints, payer: values.payer as Address | undefined, json: values.json === true };
  } catch (error) {
    if (error instanceof InvalidFieldError) throw new UsageError(`${error.message}.`, { cause: error });
    throw error;
  }
}

function parse(args: readonly string[]) {
  return parseCommandLine("npm run why --", args, { options: OPTIONS }).values;
}

function readWanted(values: Values): WhyOptions["wanted"] {
  const ways = [values.request, values.orders, values.app].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new UsageError("Nothing to explain: give one of --request FILE, --orders FILE and --app APP.");
  if (values.orders !== undefined) return { orders: readOrders(values.orders) };
  if (values.request !== undefined) return { search: readRequest(values.request) };
  if (values.requester === undefined) throw new UsageError("The requester is missing: give --requester ACCOUNT.");
  return { search: requestOf(values) };
}

function requestOf(values: Values): RequestToMatch {
  const { app, dataset, workerpool, requester, category, trust, volume, tag } = values;
  return buildOrder(OrderKind.REQUEST, {
    app: app as Address,
    requester: requester as Address,
    appmaxprice: highestPrice(values["app-max-price"]),
    datasetmaxprice: highestPrice(values["dataset-max-price"]),
    workerpoolmaxprice: highestPrice(values["workerpool-max-price"]),
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
