import type { ContractTransactionReceipt, ContractTransactionResponse, Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { dealId, type Address, type DealId, type Hex, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedDealOrders, type SignedRequestOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { hashOrder } from "@poco-marketplace/sdk/protocol/typedData.js";

/** A new deal. */
export interface MatchedDeal {
  readonly dealId: DealId;
  readonly volume: bigint;
  readonly receipt: ContractTransactionReceipt;
}

/** The buyer of computations, who deposits money, matches orders, and claims refunds for unfinished tasks. */
export class Requester {
  readonly #contracts: Contracts;
  readonly #signer: Signer;

  constructor(contracts: Contracts, signer: Signer) {
    this.#contracts = contracts;
    this.#signer = signer;
  }

  /** Moves RLC into escrow, in nRLC, in one transaction. */
  async deposit(amount: bigint): Promise<ContractTransactionReceipt> {
    const token = this.#contracts.token.connect(this.#signer);
    return sendAndWait(token.approveAndCall(await this.#contracts.hub.getAddress(), amount, "0x"));
  }

  /** Withdraws all free money from escrow. */
  async withdrawAll(): Promise<ContractTransactionReceipt> {
    const free = await this.#hub.balanceOf(await this.#signer.getAddress());
    return sendAndWait(this.#hub.withdraw(free));
  }

  /** Signs a request order. */
  async ask(options: Omit<OrderForm<"request">, "requester">): Promise<SignedRequestOrder> {
    const requester = (await this.#signer.getAddress()) as Address;
    const order = buildOrder(OrderKind.REQUEST, { ...options, requester });
    return signOrder(this.#signer, { kind: OrderKind.REQUEST, order, domain: this.#contracts.domain });
  }

  /** Matches four orders to a deal, which the requester that they name pays. */
  match(orders: SignedDealOrders): Promise<MatchedDeal> {
    const { app, dataset, workerpool, request } = orders;
    return this.#make(orders, () => this.#hub.matchOrders(app, dataset, workerpool, request));
  }

  /** Matches four orders to a deal, and pays it in place of the requester that they name. */
  sponsor(orders: SignedDealOrders): Promise<MatchedDeal> {
    const { app, dataset, workerpool, request } = orders;
    return this.#make(orders, () => this.#hub.sponsorMatchOrders(app, dataset, workerpool, request));
  }

  /** Claims the price of a task that was not finished in time. */
  claim(task: TaskId): Promise<ContractTransactionReceipt> {
    return sendAndWait(this.#hub.claim(task));
  }

  /** Claims the price of a task that was never initialized. */
  claimUnopened(deal: DealId, index: bigint): Promise<ContractTransactionReceipt> {
    return sendAndWait(this.#hub.initializeAndClaimArray([deal], [index]));
  }

  /** Reads the `results` field of a task on chain. */
  async resultsOf(task: TaskId): Promise<Hex> {
    const { results } = await this.#hub.viewTask(task);
    return results as Hex;
  }

  async #make({ request }: SignedDealOrders, match: () => Promise<ContractTransactionResponse>): Promise<MatchedDeal> {
    const hash = hashOrder(OrderKind.REQUEST, request, this.#contracts.domain);
    const used = await this.#hub.viewConsumed(hash);
    const receipt = await sendAndWait(match());
    const id = dealId(hash, used);
    const { botSize } = await this.#hub.viewDeal(id);
    return { dealId: id, volume: botSize, receipt };
  }

  get #hub() {
    return this.#contracts.hub.connect(this.#signer);
  }
}
