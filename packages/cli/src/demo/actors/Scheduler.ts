import { ZeroAddress, type ContractTransactionReceipt, type Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { gasOverride } from "@poco-marketplace/sdk/chain/gasLimit.js";
import { send } from "@poco-marketplace/sdk/chain/send.js";
import { signAuthorization, type Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import { taskId, type Address, type DealId, type Hex, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedWorkerpoolOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";

/** A workerpool that takes orders. */
export interface OpenedWorkerpool {
  readonly workerpool: Address;
  readonly receipt: ContractTransactionReceipt;
}

/**
 * Runs a workerpool: says who may work on which task, completes tasks, and gives up on those that nobody finished.
 *
 * Holds no state of its own. Everything it must remember is on chain.
 */
export class Scheduler {
  readonly #contracts: Contracts;
  readonly #signer: Signer;

  constructor(contracts: Contracts, signer: Signer) {
    this.#contracts = contracts;
    this.#signer = signer;
  }

  /** Registers a workerpool. */
  async open(description: string): Promise<OpenedWorkerpool> {
    const owner = await this.#signer.getAddress();
    const registry = this.#contracts.workerpools.connect(this.#signer);
    const workerpool = (await registry.predictWorkerpool(owner, description)) as Address;
    const receipt = await send(registry.createWorkerpool(owner, description));
    return { workerpool, receipt };
  }

  /** Offers to run tasks. */
  async offer(terms: OrderForm<"workerpool">): Promise<SignedWorkerpoolOrder> {
    const order = buildOrder(OrderKind.WORKERPOOL, terms);
    return signOrder(this.#signer, { kind: OrderKind.WORKERPOOL, order, domain: this.#contracts.domain });
  }

  /** Opens one task of a deal. */
  async initialize(dealId: DealId, index: bigint): Promise<{ taskId: TaskId; receipt: ContractTransactionReceipt }> {
    const receipt = await send(this.#hub.initialize(dealId, index));
    return { taskId: taskId(dealId, index), receipt };
  }

  /** Lets `worker` contribute to a task, from within `enclave` when the deal asks for one. */
  authorize(worker: Address, task: TaskId, enclave: Address = ZeroAddress as Address): Promise<Authorization> {
    return signAuthorization(this.#signer, { worker, taskId: task, enclave });
  }

  /** Completes a task whose winners revealed, and pays everyone. */
  async finalize(task: TaskId, results: Hex, resultsCallback: Hex = "0x"): Promise<ContractTransactionReceipt> {
    const { finalize } = this.#hub;
    const call = await finalize.populateTransaction(task, results, resultsCallback);
    return send(finalize(task, results, resultsCallback, await gasOverride(this.#signer, call)));
  }

  /** Gives up a consensus that nobody revealed in time. */
  reopen(task: TaskId): Promise<ContractTransactionReceipt> {
    return send(this.#hub.reopen(task));
  }

  get #hub() {
    return this.#contracts.hub.connect(this.#signer);
  }
}
