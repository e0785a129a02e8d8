import type { BaseContract, ContractTransactionReceipt, TransactionReceipt } from "ethers";

import type { TypedContractEvent } from "../../../../typechain-types/common.js";

/** The names of a contract's events. */
export type EventName<Contract extends BaseContract> = keyof Contract["filters"] & string;

/** The arguments of a contract's event, by name. */
export type EventArgs<Contract extends BaseContract, Name extends EventName<Contract>> =
  Contract["filters"][Name] extends TypedContractEvent<infer _In, infer _Out, infer Args> ? Args : never;

/**
 * A transaction that was mined without the event that it was sent for.
 *
 * @example
 * ```ts
 * const receipt = await sendAndWait(contracts.token.faucet(5n));
 * await findEvent(receipt, { contract: contracts.hub, event: "SchedulerNotice" }); // throws EventMissingError
 * ```
 */
export class EventMissingError extends Error {
  override readonly name = "EventMissingError";

  constructor(event: string, transaction: string) {
    super(`Transaction ${transaction} emitted no ${event}: check that it called the right contract.`);
  }
}

/**
 * Finds the arguments of every event of this name that the contract emitted in a transaction, in order.
 *
 * @param receipt - Of the transaction.
 * @example
 * ```ts
 * const receipt = await sendAndWait(contracts.hub.matchOrders(orders.app, orders.dataset, orders.workerpool, orders.request));
 * const locks = await findEvents(receipt, { contract: contracts.hub, event: "Lock" });
 * locks.map(({ amount }) => amount); // → [44_444n, 12_000n]
 * ```
 */
export async function findEvents<Contract extends BaseContract, Name extends EventName<Contract>>(
  receipt: ContractTransactionReceipt | TransactionReceipt,
  { contract, event }: { contract: Contract; event: Name },
): Promise<EventArgs<Contract, Name>[]> {
  const address = await contract.getAddress();
  return receipt.logs
    .filter((log) => log.address.toLowerCase() === address.toLowerCase())
    .map((log) => contract.interface.parseLog(log))
    .filter((log) => log?.name === event || log?.signature === event)
    .map((log) => log!.args.toObject() as EventArgs<Contract, Name>);
}

/**
 * Finds the arguments of the first event of this name that the contract emitted in a transaction.
 *
 * @param receipt - Of the transaction.
 * @throws {@link EventMissingError} when there is none.
 * @example
 * ```ts
 * const receipt = await sendAndWait(contracts.hub.matchOrders(orders.app, orders.dataset, orders.workerpool, orders.request));
 * const { dealid } = await findEvent(receipt, { contract: contracts.hub, event: "SchedulerNotice" });
 * dealid; // → dealId(hashOrder("request", orders.request, contracts.domain), 0n)
 * ```
 */
export async function findEvent<Contract extends BaseContract, Name extends EventName<Contract>>(
  receipt: ContractTransactionReceipt | TransactionReceipt,
  wanted: { contract: Contract; event: Name },
): Promise<EventArgs<Contract, Name>> {
  const [first] = await findEvents(receipt, wanted);
  if (first === undefined) throw new EventMissingError(wanted.event, receipt.hash);
  return first;
}
