import { ZeroAddress, hexlify, randomBytes } from "ethers";

import { findEvent } from "../chain/events.js";
import { sendAndWait } from "../chain/sendAndWait.js";
import type { DealCost } from "../explain/explainMatch.js";
import { findCandidates } from "../explain/findCandidates.js";
import { explainRequest, type Candidates, type RequestExplanation } from "../explain/explainRequest.js";
import { formatRlc } from "../protocol/format.js";
import { InvalidFieldError, MAX_UINT256, readUint, type UintInput } from "../protocol/field.js";
import { taskId, type Address, type DealId, type Hex, type TaskId } from "../protocol/ids.js";
import {
  OrderKind,
  hasDataset,
  type SignedAppOrder,
  type SignedDatasetOrder,
  type SignedDealOrders,
  type SignedWorkerpoolOrder,
} from "../protocol/order.js";
import { buildOrder } from "../protocol/orderForm.js";
import { buildParams, type DealParams } from "../protocol/params.js";
import { signOrder } from "../protocol/signature.js";
import { parseTag, type Tag } from "../protocol/tag.js";
import { requesterSecret } from "../wire/secretRef.js";
import type { Clients } from "./connectClients.js";

/** The terms of a run. */
export interface RunTerms {
  readonly app: Address;
  /** The dataset that the app reads; none by default. */
  readonly dataset?: Address;
  /** The workerpool that runs it; any by default. */
  readonly workerpool?: Address;
  /** The category, which limits the duration of a task; 0 by default. */
  readonly category?: UintInput;
  /** The number of tasks; 1 by default. */
  readonly volume?: UintInput;
  /** The maximum price of a task in nRLC, for app, dataset and workerpool together; 0 by default. */
  readonly maxPrice?: UintInput;
  /** The app's arguments and input; the encryption and storage of its result. */
  readonly params?: Omit<DealParams, "secrets">;
  /** Secrets for the app by number, from 1: the secret service releases them to its enclave. */
  readonly secrets?: Readonly<Record<number, string>>;
  /** The account for which results are encrypted; the signer by default. */
  readonly beneficiary?: Address;
  /** A contract that is called with the result; none by default. */
  readonly callback?: Address;
  /** The required features of workers; an enclave of any kind by default. */
  readonly tag?: Tag;
  /** The weight of workers that have to agree; by default, one worker suffices. */
  readonly trust?: UintInput;
  /** Orders to use; the others are searched on the market. */
  readonly orders?: {
    readonly app?: SignedAppOrder;
    readonly dataset?: SignedDatasetOrder;
    readonly workerpool?: SignedWorkerpoolOrder;
  };
}

/** A task of a deal. */
export interface DealTask {
  readonly taskId: TaskId;
  readonly dealId: DealId;
  readonly index: bigint;
}

/** A deal that was made. */
export interface MadeDeal {
  readonly dealId: DealId;
  readonly orders: SignedDealOrders;
  readonly tasks: readonly DealTask[];
  readonly transactionHash: Hex;
}

/**
 * A request that no orders match. The message says why not, and what would help.
 *
 * @example
 * ```ts
 * try {
 *   await runApp(clients, { app, dataset });
 * } catch (error) {
 *   if (error instanceof NoMatchError) console.log(error.explanation.missing, error.explanation.rejected);
 * }
 * ```
 */
export class NoMatchError extends Error {
  override readonly name = "NoMatchError";
  /** The orders that were found, and the obstacles of each. */
  readonly explanation: RequestExplanation;

  constructor(explanation: RequestExplanation) {
    const { missing, rejected } = explanation;
    const reasons = rejected.flatMap(({ kind, asset, obstacles }) =>
      obstacles.map(({ sentence, remedy }) => `The order of ${kind} ${asset}: ${sentence} ${remedy}`),
    );
    super([...missing.map(({ sentence }) => sentence), ...new Set(reasons)].slice(0, 5).join(" "));
    this.explanation = explanation;
  }
}

/**
 * Runs an app: finds the cheapest orders that match, signs a request for exactly their price, and makes a deal of them.
 * The signer pays from its balance in the hub's escrow.
 *
 * A deal has fewer tasks than `volume` if an order has fewer left. The request is public then: anyone can make another
 * deal of the rest, for the same price per task at most.
 *
 * @returns the deal and its tasks, which a workerpool begins with now: see {@link waitForTask} and {@link fetchResult}
 * @throws {@link NoMatchError} where no orders match, or they cost more than they may; {@link InvalidFieldError}; {@link ServiceError};
 * {@link PocoRevertError}
 * @example
 * ```ts
 * const { tasks } = await runApp(clients, { app, dataset, params: { args: "--top 3", resultEncryption: true } });
 * ```
 */
export async function runApp(
  clients: Pick<Clients, "signer" | "contracts" | "market" | "secrets">,
  terms: RunTerms,
): Promise<MadeDeal> {
  const { signer, contracts } = clients;
  const maxPrice = readUint("maxPrice", terms.maxPrice ?? 0n);
  const { form, best } = await findBest(clients, terms, { maxPrice, funds: "required" });
  const { app, dataset: data, workerpool: pool } = best.orders;
  if (best.cost.perTask > maxPrice) {
    const found = `what the cheapest task costs, ${best.cost.perTask} nRLC (${formatRlc(best.cost.perTask)} RLC), or more`;
    throw new InvalidFieldError("maxPrice", maxPrice, found);
  }

  const secrets = await pushSecrets(clients, form.requester, terms.secrets);
  const order = buildOrder(OrderKind.REQUEST, {
    ...form,
    appmaxprice: app.appprice,
    datasetmaxprice: data.datasetprice,
    workerpoolmaxprice: pool.workerpoolprice,
    params: buildParams({ resultStorageProvider: "ipfs", ...terms.params, ...secrets }),
  });
  const request = await signOrder(signer, { kind: OrderKind.REQUEST, order, domain: contracts.domain });
  return match(clients, { app, dataset: data, workerpool: pool, request });
}

/** The cheapest orders for a run, and their cost. */
export interface RunQuote {
  readonly orders: Pick<SignedDealOrders, "app" | "dataset" | "workerpool">;
  readonly cost: DealCost;
}

/**
 * Finds the cheapest orders for a run and their cost, without sending or signing anything. The signer need not have the
 * money in escrow yet, and `maxPrice` does not count. {@link runApp} takes the orders.
 *
 * @throws {@link NoMatchError} where no orders match; {@link InvalidFieldError}; {@link ServiceError}
 * @example
 * ```ts
 * const { orders, cost } = await quoteRun(clients, { app, dataset });
 * await runApp(clients, { app, dataset, orders, maxPrice: cost.perTask });
 * ```
 */
export async function quoteRun(
  clients: Pick<Clients, "signer" | "contracts" | "market">,
  terms: RunTerms,
): Promise<RunQuote> {
  const { best } = await findBest(clients, terms, { maxPrice: MAX_UINT256, funds: "ignored" });
  const { app, dataset, workerpool } = best.orders;
  return { orders: { app, dataset, workerpool }, cost: best.cost };
}

const NOBODY = ZeroAddress as Address;

/** Finds the cheapest orders that match an unsigned request for the run. */
async function findBest(
  clients: Pick<Clients, "signer" | "contracts" | "market">,
  terms: RunTerms,
  { maxPrice, funds }: { maxPrice: bigint; funds: "required" | "ignored" },
) {
  const requester = (await clients.signer.getAddress()) as Address;
  const { volume = 1n, category = 0n, trust = 0n, tag = parseTag(["tee"]), beneficiary = requester } = terms;
  const { dataset = NOBODY, workerpool = NOBODY, callback = NOBODY } = terms;
  const form = { app: terms.app, dataset, workerpool, requester, beneficiary, callback, volume, category, trust, tag };
  const most = { appmaxprice: maxPrice, datasetmaxprice: maxPrice, workerpoolmaxprice: maxPrice };
  const request = buildOrder(OrderKind.REQUEST, { ...form, ...most });
  const candidates = await candidatesFor(clients, request, terms);
  const explanation = await explainRequest(clients.contracts, request, { candidates, funds });
  if (explanation.best === undefined) throw new NoMatchError(explanation);
  return { form, best: explanation.best };
}

async function candidatesFor(
  { market }: Pick<Clients, "market">,
  request: Parameters<typeof findCandidates>[1],
  { orders = {} }: RunTerms,
): Promise<Candidates> {
  const isComplete =
    orders.app !== undefined &&
    orders.workerpool !== undefined &&
    (orders.dataset !== undefined || !hasDataset({ dataset: request.dataset }));
  const found = isComplete
    ? { app: [], dataset: [], workerpool: [] }
    : await findCandidates(async (kind, filter) => (await market.search(kind, filter)).entries, request);
  return {
    app: orders.app === undefined ? found.app : [orders.app],
    dataset: orders.dataset === undefined ? found.dataset : [orders.dataset],
    workerpool: orders.workerpool === undefined ? found.workerpool : [orders.workerpool],
  };
}

/** Pushes secrets under random names, and returns the names by number. */
async function pushSecrets(
  { signer, secrets }: Pick<Clients, "signer" | "secrets">,
  requester: Address,
  given: Readonly<Record<number, string>> = {},
): Promise<Pick<DealParams, "secrets">> {
  const named = Object.entries(given).map(([number, secret]) => ({
    number,
    secret,
    name: hexlify(randomBytes(16)).slice(2),
  }));
  await Promise.all(named.map(({ name, secret }) => secrets.push(requesterSecret(requester, name), secret, signer)));
  return named.length === 0 ? {} : { secrets: Object.fromEntries(named.map(({ number, name }) => [number, name])) };
}

async function match({ contracts: { hub } }: Pick<Clients, "contracts">, orders: SignedDealOrders): Promise<MadeDeal> {
  const { app, dataset, workerpool, request } = orders;
  const receipt = await sendAndWait(hub.matchOrders(app, dataset, workerpool, request));
  const { dealid } = await findEvent(receipt, { contract: hub, event: "OrdersMatched" });
  const dealId = dealid as DealId;
  const { botFirst, botSize } = await hub.viewDeal(dealId);
  const tasks = Array.from({ length: Number(botSize) }, (_, place) => {
    const index = botFirst + BigInt(place);
    return { taskId: taskId(dealId, index), dealId, index };
  });
  return { dealId, orders, tasks, transactionHash: receipt.hash as Hex };
}
