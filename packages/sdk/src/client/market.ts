import type { DealAsset } from "../chain/deals.js";
import { readAddress, readBytes32, readUint } from "../protocol/field.js";
import type { Address, DealId, Hex } from "../protocol/ids.js";
import type { OrderKind, OrderOf, Signed } from "../protocol/order.js";
import { orderToJson, parseSignedOrder } from "../protocol/orderForm.js";
import type { Tag } from "../protocol/tag.js";
import { marketQuery, type DealFilter, type OrderFilter, type PageFilter } from "../wire/market.js";
import { ServiceConnection, type ChainClientOptions, type LoginSigner } from "./serviceConnection.js";

export type { DealAsset } from "../chain/deals.js";

/** The time limit for an answer, in milliseconds. */
const TIMEOUT = 10_000;
/** The maximum page size. */
const PAGE = 1_000;

/** An order that is, or was, in the market's book. */
export interface PublishedOrder<Kind extends OrderKind = OrderKind> {
  readonly hash: Hex;
  readonly order: Signed<OrderOf[Kind]>;
  readonly signer: Address;
  readonly status: "open" | "filled" | "canceled" | "dead";
  /** The number of remaining tasks. */
  readonly remaining: bigint;
  readonly publishedAt: Date;
}

/** A page of a list. */
export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** The number of entries on all pages. */
  readonly count: number;
  /** The index of the next page, if there is one. */
  readonly nextPage?: number;
}

/** A deal in the names of the market. */
export interface MarketDeal {
  readonly dealId: DealId;
  readonly app: DealAsset;
  /** The zero address if the deal has no dataset. */
  readonly dataset: DealAsset;
  readonly workerpool: DealAsset;
  readonly requester: Address;
  readonly beneficiary: Address;
  readonly callback: Address;
  readonly sponsor: Address;
  readonly params: string;
  readonly tag: Tag;
  readonly category: bigint;
  readonly trust: bigint;
  /** The index of its first task, and its number of tasks. */
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** In unix seconds. */
  readonly startTime: bigint;
  /** The EIP-712 hashes of its four orders. */
  readonly orders: Readonly<Record<OrderKind, Hex>>;
}

/** A client of the order market: its orders and deals. */
export class MarketClient {
  readonly #connection: ServiceConnection;
  readonly #chainId: string;
  readonly #signer: LoginSigner | undefined;

  /**
   * @param url - The URL of the market, like `http://127.0.0.1:3000`.
   * @param options - The chain of the orders; the signer, which only publishing and unpublishing need.
   * @throws {@link InvalidFieldError} when the URL is none.
   * @example
   * ```ts
   * const market = new MarketClient(network.market, { chainId: network.chainId, signer });
   * ```
   */
  constructor(url: string, { chainId, signer, timeoutMs = TIMEOUT }: ChainClientOptions) {
    this.#connection = new ServiceConnection("order market", url, timeoutMs);
    this.#chainId = String(chainId);
    this.#signer = signer;
  }

  /**
   * Searches the open orders of a kind, and returns a page: cheapest first (requests: highest price first), then
   * oldest.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const { entries, count } = await market.search("workerpool", { category: 0, app: "any" });
   * ```
   */
  async search<Kind extends OrderKind>(
    kind: Kind,
    filter: OrderFilter & PageFilter = {},
  ): Promise<Page<PublishedOrder<Kind>>> {
    const query = { chainId: this.#chainId, ...marketQuery(filter) };
    const { orders, count, nextPage } = await this.#connection.json<OrderPageReply>(`/${kind}orders`, { query });
    return {
      entries: orders.map((reply) => readOrder(kind, reply)),
      count,
      ...(nextPage !== undefined && { nextPage }),
    };
  }

  /**
   * Returns all open orders of a kind, from all pages.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const offers = await market.openOrders("dataset", { app: "any", requester: "any" });
   * ```
   */
  async openOrders<Kind extends OrderKind>(kind: Kind, filter: OrderFilter = {}): Promise<PublishedOrder<Kind>[]> {
    const found: PublishedOrder<Kind>[] = [];
    for (let pageIndex: number | undefined = 0; pageIndex !== undefined;) {
      const page: Page<PublishedOrder<Kind>> = await this.search(kind, { ...filter, pageIndex, pageSize: PAGE });
      found.push(...page.entries);
      pageIndex = page.nextPage;
    }
    return found;
  }

  /**
   * Returns one order in any status; undefined if the market has none with this hash.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const published = await market.order("app", orderHash);
   * ```
   */
  async order<Kind extends OrderKind>(kind: Kind, hash: Hex): Promise<PublishedOrder<Kind> | undefined> {
    const query = { chainId: this.#chainId };
    const path = `/${kind}orders/${readBytes32("hash", hash)}`;
    const reply = await this.#connection.find<OrderReply>(path, { query });
    return reply === undefined ? undefined : readOrder(kind, reply);
  }

  /**
   * Publishes an order; one that is already open is left as it is.
   *
   * @returns its hash
   * @throws {@link ServiceError}, with the reason if the order could not be matched
   * @example
   * ```ts
   * const hash = await market.publish("app", signedOrder);
   * ```
   */
  async publish<Kind extends OrderKind>(kind: Kind, order: Signed<OrderOf[Kind]>): Promise<Hex> {
    const { published } = await this.#send<{ published: OrderReply }>("POST", kind, { order: orderToJson(order) });
    return published.orderHash;
  }

  /**
   * Takes an order out of the book. Anyone who has it can still match it, until its owner closes it on chain.
   *
   * @throws {@link ServiceError} when there is no such order, or it belongs to another account
   * @example
   * ```ts
   * await market.unpublish("app", orderHash);
   * ```
   */
  async unpublish(kind: OrderKind, hash: Hex): Promise<void> {
    await this.#send("PUT", kind, { target: "unpublish_orderHash", orderHash: readBytes32("hash", hash) });
  }

  /**
   * Takes all orders of the signer about an asset (requests: of a requester) out of the book.
   *
   * @returns the hashes of the removed orders
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const hashes = await market.unpublishAll("dataset", dataset);
   * ```
   */
  async unpublishAll(kind: OrderKind, asset: Address): Promise<readonly Hex[]> {
    const name = kind === "request" ? "requester" : kind;
    const request = { target: "unpublish_all", [name]: readAddress(name, asset) };
    return (await this.#send<{ unpublished: Hex[] }>("PUT", kind, request)).unpublished;
  }

  /**
   * Returns a page of the deals, newest first.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const { entries } = await market.deals({ requester });
   * ```
   */
  async deals(filter: DealFilter & PageFilter = {}): Promise<Page<MarketDeal>> {
    const query = { chainId: this.#chainId, ...marketQuery(filter) };
    const { deals, count, nextPage } = await this.#connection.json<DealPageReply>("/deals", { query });
    return { entries: deals.map(readDeal), count, ...(nextPage !== undefined && { nextPage }) };
  }

  /**
   * Returns a deal; undefined if the market has none with this id.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const deal = await market.deal(dealId);
   * ```
   */
  async deal(id: DealId): Promise<MarketDeal | undefined> {
    const query = { chainId: this.#chainId };
    const reply = await this.#connection.find<DealReply>(`/deals/${readBytes32("dealId", id)}`, { query });
    return reply === undefined ? undefined : readDeal(reply);
  }

  async #send<Answer>(method: "POST" | "PUT", kind: OrderKind, json: object): Promise<Answer> {
    const query = { chainId: this.#chainId };
    const headers = await this.#connection.logIn("/challenge", this.#signer, query);
    return this.#connection.json<Answer>(`/${kind}orders`, { method, query, headers, json });
  }
}

interface OrderReply {
  readonly orderHash: Hex;
  readonly order: unknown;
  readonly signer: Address;
  readonly status: PublishedOrder["status"];
  readonly remaining: number;
  readonly publicationTimestamp: string;
}

interface OrderPageReply {
  readonly orders: readonly OrderReply[];
  readonly count: number;
  readonly nextPage?: number;
}

function readOrder<Kind extends OrderKind>(kind: Kind, reply: OrderReply): PublishedOrder<Kind> {
  const { orderHash, order, signer, status, remaining, publicationTimestamp } = reply;
  return {
    hash: orderHash,
    order: parseSignedOrder(kind, order),
    signer,
    status,
    remaining: readUint("remaining", remaining),
    publishedAt: new Date(publicationTimestamp),
  };
}

/** A number in JSON, or a string of digits above 2^53 − 1. */
type WireNumber = number | string;

interface AssetReply {
  readonly pointer: Address;
  readonly owner: Address;
  readonly price: WireNumber;
}

interface DealReply {
  readonly dealid: DealId;
  readonly app: AssetReply;
  readonly dataset: AssetReply;
  readonly workerpool: AssetReply;
  readonly appHash: Hex;
  readonly datasetHash: Hex;
  readonly workerpoolHash: Hex;
  readonly requestHash: Hex;
  readonly trust: WireNumber;
  readonly category: WireNumber;
  readonly tag: Tag;
  readonly requester: Address;
  readonly beneficiary: Address;
  readonly callback: Address;
  readonly params: string;
  readonly startTime: WireNumber;
  readonly botFirst: WireNumber;
  readonly botSize: WireNumber;
  readonly sponsor: Address;
}

interface DealPageReply {
  readonly deals: readonly DealReply[];
  readonly count: number;
  readonly nextPage?: number;
}

function readDeal(reply: DealReply): MarketDeal {
  const { dealid, requester, beneficiary, callback, sponsor, params, tag } = reply;
  return {
    dealId: dealid,
    app: readDealAsset(reply.app),
    dataset: readDealAsset(reply.dataset),
    workerpool: readDealAsset(reply.workerpool),
    requester,
    beneficiary,
    callback,
    sponsor,
    params,
    tag,
    category: readUint("category", reply.category),
    trust: readUint("trust", reply.trust),
    botFirst: readUint("botFirst", reply.botFirst),
    botSize: readUint("botSize", reply.botSize),
    startTime: readUint("startTime", reply.startTime),
    orders: {
      app: reply.appHash,
      dataset: reply.datasetHash,
      workerpool: reply.workerpoolHash,
      request: reply.requestHash,
    },
  };
}

function readDealAsset({ pointer, owner, price }: AssetReply): DealAsset {
  return { address: pointer, owner, price: readUint("price", price) };
}
