import type { ContractTransactionReceipt, ContractTransactionResponse, Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { dealId, type Address, type DealId, type Hex, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedDealOrders, type SignedRequestOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { hashOrder } from "@poco-marketplace/sdk/protocol/typedData.js";

/** A deal that was just made. */
export interface MatchedDeal {
  readonly dealId: DealId;
  readonly volume: bigint;
  readonly receipt: ContractTransactionReceipt;
}

/** Buys computations: holds money in escrow, asks, matches orders, and takes its money back when nobody delivers. */
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

  /** Takes all that is free out of the escrow. */
  async withdrawAll(): Promise<ContractTransactionReceipt> {
    const free = await this.#hub.balanceOf(await this.#signer.getAddress());
    return sendAndWait(this.#hub.withdraw(free));
  }

  /** Asks for tasks. */
  async ask(options: Omit<OrderForm<"request">, "requester">): Promise<SignedRequestOrder> {
    const requester = (await this.#signer.getAddress()) as Address;
    const order = buildOrder(OrderKind.REQUEST, { ...options, requester });
    return signOrder(this.#signer, { kind: OrderKind.REQUEST, order, domain: this.#contracts.domain });
  }

  /** Makes a deal of four orders that fit. The requester that they name pays. */
  match(orders: SignedDealOrders): Promise<MatchedDeal> {
    const { app, dataset, workerpool, request } = orders;
    return this.#make(orders, () => this.#hub.matchOrders(app, dataset, workerpool, request));
  }

  /** Makes a deal of four orders that fit, and pays in the place of the requester that they name. */
  sponsor(orders: SignedDealOrders): Promise<MatchedDeal> {
    const { app, dataset, workerpool, request } = orders;
    return this.#make(orders, () => this.#hub.sponsorMatchOrders(app, dataset, workerpool, request));
  }

  /** Takes back the price of a task that nobody finished in time. */
  claim(task: TaskId): Promise<ContractTransactionReceipt> {
    return sendAndWait(this.#hub.claim(task));
  }

  /** Takes back the price of a task that nobody even began. */
  claimUnopened(deal: DealId, index: bigint): Promise<ContractTransactionReceipt> {
    return sendAndWait(this.#hub.initializeAndClaimArray([deal], [index]));
  }

  /** What the chain says of the result of a task. */
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
