import { getAddress } from "ethers";

import { readAddress, readBytes32, readUint } from "../protocol/field.js";
import type { Address, DealId, Hex, TaskId } from "../protocol/ids.js";
import { ServiceConnection, ServiceError, type ServiceOptions } from "./serviceConnection.js";

/** Milliseconds that a query may take: the indexer may have to read the chain up to its newest block first. */
const TIMEOUT = 30_000;
/** The most entities that one query answers. */
const PAGE = 1_000;

/** A dataset that was registered with its schema. */
export interface ProtectedDataset {
  readonly dataset: Address;
  readonly owner: Address;
  readonly name: string;
  /** What is in it, as `path:type`. */
  readonly schema: readonly string[];
  readonly multiaddr: Hex;
  /** SHA-256 of the encrypted file. */
  readonly checksum: Hex;
  readonly createdAt: Date;
}

/** A task, from its initialization on. */
export interface IndexedTask {
  readonly taskId: TaskId;
  readonly index: bigint;
  readonly status: "UNSET" | "ACTIVE" | "REVEALING" | "COMPLETED" | "FAILED";
  /** From when on it can be claimed, in unix seconds. */
  readonly finalDeadline: bigint | null;
  readonly resultDigest: Hex | null;
  readonly results: Hex | null;
}

/** A deal and those of its tasks that were initialized. */
export interface IndexedDeal {
  readonly dealId: DealId;
  readonly app: Address;
  readonly dataset: Address | null;
  readonly workerpool: Address;
  readonly requester: Address;
  readonly params: string;
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** Unix seconds. */
  readonly startTime: bigint;
  readonly tasks: readonly IndexedTask[];
}

/** Which part of a long list is wanted: 1,000 entries from the first on, unless told. */
export interface SubgraphPage {
  readonly first?: number;
  readonly skip?: number;
}

/** What the indexer knows of the chain, by GraphQL. docs/reference/indexer.md has all entities. */
export class SubgraphClient {
  readonly #connection: ServiceConnection;

  /**
   * @param url - Of the endpoint, like `http://127.0.0.1:3003/graphql`.
   * @throws {@link InvalidFieldError} when the URL is none.
   * @example
   * ```ts
   * const subgraph = new SubgraphClient(network.pocoSubgraph);
   * ```
   */
  constructor(url: string, { timeoutMs = TIMEOUT }: ServiceOptions = {}) {
    this.#connection = new ServiceConnection("subgraph", url, timeoutMs);
  }

  /**
   * Any query. `Data` is what the caller says that it answers: it is not checked.
   *
   * @throws {@link ServiceError}, whose message has the indexer's, where the query has a mistake
   * @example
   * ```ts
   * const { _meta } = await subgraph.query<{ _meta: { block: { number: number } } }>("{ _meta { block { number } } }");
   * ```
   */
  async query<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const reply = await this.#connection.json<Reply<Data>>("", { method: "POST", json: { query, variables } });
    if (reply.data !== undefined && reply.data !== null && reply.errors === undefined) return reply.data;
    const said = (reply.errors ?? []).map(({ message }) => message).join(" ");
    throw new ServiceError(`The subgraph refuses the query: ${said === "" ? "it answers no data" : said}`, {
      service: "subgraph",
      url: "",
      statusCode: 200,
    });
  }

  /**
   * The protected data of an owner, the newest first.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const mine = await subgraph.protectedDataOf(requester);
   * ```
   */
  async protectedDataOf(owner: Address, { first = PAGE, skip = 0 }: SubgraphPage = {}): Promise<ProtectedDataset[]> {
    const query = `query ($owner: String, $first: Int, $skip: Int) {
      protectedDatas(where: { owner: $owner }, first: $first, skip: $skip, orderBy: creationTimestamp, orderDirection: desc) {
        id name owner { id } schema { id } multiaddr checksum creationTimestamp
      }
    }`;
    const variables = { owner: readAddress("owner", owner).toLowerCase(), first, skip };
    const { protectedDatas } = await this.query<{ protectedDatas: DatasetReply[] }>(query, variables);
    return protectedDatas.map((reply) => ({
      dataset: getAddress(reply.id) as Address,
      owner: getAddress(reply.owner.id) as Address,
      name: reply.name,
      schema: reply.schema.map(({ id }) => id),
      multiaddr: reply.multiaddr,
      checksum: reply.checksum,
      createdAt: new Date(Number(reply.creationTimestamp) * 1000),
    }));
  }

  /**
   * The deals of a requester with their tasks, the newest first.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const deals = await subgraph.dealsOf(requester);
   * ```
   */
  async dealsOf(requester: Address, { first = 100, skip = 0 }: SubgraphPage = {}): Promise<IndexedDeal[]> {
    const query = `query ($requester: String, $first: Int, $skip: Int) {
      deals(where: { requester: $requester }, first: $first, skip: $skip, orderBy: startTime, orderDirection: desc) {${DEAL}}
    }`;
    const variables = { requester: readAddress("requester", requester).toLowerCase(), first, skip };
    return (await this.query<{ deals: DealReply[] }>(query, variables)).deals.map(readDeal);
  }

  /**
   * A deal with its tasks; nothing where the indexer knows none of this id.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const deal = await subgraph.deal(dealId);
   * ```
   */
  async deal(id: DealId): Promise<IndexedDeal | undefined> {
    const query = `query ($id: String!) { deal(id: $id) {${DEAL}} }`;
    const { deal } = await this.query<{ deal: DealReply | null }>(query, { id: readBytes32("dealId", id) });
    return deal === null ? undefined : readDeal(deal);
  }
}

const DEAL = `
  id app { id } dataset { id } workerpool { id } requester { id } params botFirst botSize startTime
  tasks(first: ${PAGE}, orderBy: index) { id index status finalDeadline resultDigest results }
`;

interface Reply<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}

interface Entity {
  readonly id: Hex;
}

interface DatasetReply extends Entity {
  readonly name: string;
  readonly owner: Entity;
  readonly schema: readonly { readonly id: string }[];
  readonly multiaddr: Hex;
  readonly checksum: Hex;
  readonly creationTimestamp: string;
}

interface TaskReply extends Entity {
  readonly index: string;
  readonly status: IndexedTask["status"];
  readonly finalDeadline: string | null;
  readonly resultDigest: Hex | null;
  readonly results: Hex | null;
}

interface DealReply extends Entity {
  readonly app: Entity;
  readonly dataset: Entity | null;
  readonly workerpool: Entity;
  readonly requester: Entity;
  readonly params: string;
  readonly botFirst: string;
  readonly botSize: string;
  readonly startTime: string;
  readonly tasks: readonly TaskReply[];
}

function readDeal(reply: DealReply): IndexedDeal {
  return {
    dealId: reply.id,
    app: getAddress(reply.app.id) as Address,
    dataset: reply.dataset === null ? null : (getAddress(reply.dataset.id) as Address),
    workerpool: getAddress(reply.workerpool.id) as Address,
    requester: getAddress(reply.requester.id) as Address,
    params: reply.params,
    botFirst: readUint("botFirst", reply.botFirst),
    botSize: readUint("botSize", reply.botSize),
    startTime: readUint("startTime", reply.startTime),
    tasks: reply.tasks.map(({ id, index, status, finalDeadline, resultDigest, results }) => ({
      taskId: id,
      index: readUint("index", index),
      status,
      finalDeadline: finalDeadline === null ? null : readUint("finalDeadline", finalDeadline),
      resultDigest,
      results,
    })),
  };
}
