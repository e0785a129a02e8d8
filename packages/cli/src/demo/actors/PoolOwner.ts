import { ZeroAddress, type ContractTransactionReceipt, type Signer, type TransactionReceipt } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { signAuthorization, type Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import { taskId, type Address, type DealId, type Hex, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedWorkerpoolOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { openActions, type Actions } from "@poco-marketplace/services/scheduler/actions.js";
import { registerWorkerpool } from "@poco-marketplace/services/scheduler/registerWorkerpool.js";
import { openSignerSender, type Account } from "../signerSender.js";

/** The owner of a workerpool, who sells its work, and acts as its scheduler when the demo calls it. */
export class PoolOwner {
  readonly #contracts: Contracts;
  readonly #signer: Signer;
  readonly #actions: Promise<Actions>;

  constructor(contracts: Contracts, account: Account) {
    this.#contracts = contracts;
    this.#signer = account;
    this.#actions = openActions(contracts.hub.connect(account), openSignerSender(account));
  }

  /** Registers a workerpool. */
  register(description: string): Promise<{ workerpool: Address; receipt: ContractTransactionReceipt }> {
    return registerWorkerpool(this.#contracts, this.#signer, description);
  }

  /** Offers to run tasks. */
  async offer(terms: OrderForm<"workerpool">): Promise<SignedWorkerpoolOrder> {
    const order = buildOrder(OrderKind.WORKERPOOL, terms);
    return signOrder(this.#signer, { kind: OrderKind.WORKERPOOL, order, domain: this.#contracts.domain });
  }

  /** Initializes one task of a deal. */
  async initialize(dealId: DealId, index: bigint): Promise<{ taskId: TaskId; receipt: TransactionReceipt }> {
    const actions = await this.#actions;
    return { taskId: taskId(dealId, index), receipt: await actions.initialize(dealId, index) };
  }

  /** Permits `worker` to contribute to a task, from within `enclave` when the deal asks for one. */
  authorize(worker: Address, task: TaskId, enclave: Address = ZeroAddress as Address): Promise<Authorization> {
    return signAuthorization(this.#signer, { worker, taskId: task, enclave });
  }

  /** Completes a task whose winners revealed, and pays everyone. */
  async finalize(task: TaskId, results: Hex, callbackData: Hex = "0x"): Promise<TransactionReceipt> {
    const { hub } = this.#contracts;
    const actions = await this.#actions;
    const { dealid } = await hub.viewTask(task);
    const { callback } = await hub.viewDeal(dealid);
    return actions.finalize(task, { callback: callback as Address }, { results, callbackData });
  }

  /** Reopens a task whose winners did not reveal in time. */
  async reopen(task: TaskId): Promise<TransactionReceipt> {
    const actions = await this.#actions;
    return actions.reopen(task);
  }
}
