import { getAddress } from "ethers";

import { readAddress, readBytes32, readUint } from "../protocol/field.js";
import type { Address, DealId, Hex, TaskId } from "../protocol/ids.js";
import { ServiceConnection, ServiceError, type ServiceOptions } from "./serviceConnection.js";

/** The time limit for a query in milliseconds: the indexer may have to index up to the newest block first. */
const TIMEOUT = 30_000;
/** The maximum number of entities in an answer. */
const PAGE = 1_000;

/** A dataset that was registered with its schema. */
export interface ProtectedDataset {
  readonly dataset: Address;
  readonly owner: Address;
  readonly name: string;
  /** The types of its values, as `path:type`. */
  readonly schema: readonly string[];
  readonly multiaddr: Hex;
  /** SHA-256 of the encrypted file. */
  readonly checksum: Hex;
  readonly createdAt: Date;
}

/** A task that was initialized. */
export interface IndexedTask {
  readonly taskId: TaskId;
  readonly index: bigint;
  readonly status: "UNSET" | "ACTIVE" | "REVEALING" | "COMPLETED" | "FAILED";
  /** The time from which on it can be claimed, in unix seconds. */
  readonly finalDeadline: bigint | null;
  readonly resultDigest: Hex | null;
  readonly results: Hex | null;
}

/** A deal, and those of its tasks that were initialized. */
export interface IndexedDeal {
  readonly dealId: DealId;
  readonly app: Address;
  readonly dataset: Address | null;
  readonly workerpool: Address;
  readonly requester: Address;
  readonly params: string;
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** In unix seconds. */
  readonly startTime: bigint;
  readonly tasks: readonly IndexedTask[];
}

/** The requested part of a long list: by default, the first 1,000 entries, or 100 deals. */
export interface SubgraphPage {
  readonly first?: number;
  readonly skip?: number;
}

/** A client of the indexer's GraphQL endpoint. docs/reference/indexer.md lists all entities. */
export class SubgraphClient {
  readonly #connection: ServiceConnection;

  /**
   * @param url - The URL of the endpoint, like `http://127.0.0.1:3003/graphql`.
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
   * Runs any query. The answer is returned as `Data` without a check.
   *
   * @throws {@link ServiceError}, with the indexer's message if the query has a mistake
   * @example
   * ```ts
   * const { _meta } = await subgraph.query<{ _meta: { block: { number: number } } }>("{ _meta { block { number } } }");
   * ```
   */
  async query<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    const reply = await this.#connection.json<Reply<Data>>("", { method: "POST", json: { query, variables } });
    if (reply.data !== undefined && reply.data !== null && reply.errors === undefined) return reply.data;
    const reason = (reply.errors ?? []).map(({ message }) => message).join(" ");
    throw new ServiceError(`The subgraph refuses the query: ${reason === "" ? "it answers no data" : reason}`, {
      service: "subgraph",
      url: "",
      statusCode: 200,
    });
  }

  /**
   * Returns the protected data of an owner, newest first.
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
   * Returns the deals of a requester with their tasks, newest first.
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
   * Returns a deal with its tasks; undefined if the indexer has none with this id.
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
