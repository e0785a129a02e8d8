import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import { taskId as taskIdOf } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { readHolding, type Holding } from "../books.js";
import type { DealEntry, Journal } from "../journal.js";
import type { Stage } from "../stage.js";
import { TASK_LIFETIME } from "./abandonedDeal.js";

/** What a requester that gave up has. */
export interface Refund extends Holding {
  /** Tasks that were claimed back. */
  readonly claimed: number;
}

/** The requester claims every task that did not end, and takes all its money out of the escrow. */
export async function moneyBack(stage: Stage, journal: Journal): Promise<Refund> {
  let claimed = 0;
  for (const deal of journal.deals) claimed += await claimUnfinished(stage, journal, deal);

  const { hub } = stage.contracts;
  if ((await hub.balanceOf(stage.addresses.requester)) > 0n) {
    journal.gas("withdraw", await stage.requester.withdrawAll());
  }
  return { claimed, ...(await readHolding(stage, "requester")) };
}

/** The refund in plain words. */
export function describeRefund({ claimed, wallet, free, frozen }: Refund, deposit: bigint): string {
  const left = free + frozen;
  const spent = deposit - wallet - left;
  const claims = claimed === 0 ? "" : `claimed ${claimed} unfinished ${claimed === 1 ? "task" : "tasks"} and `;
  const paid = spent === 0n ? "" : ` ${formatRlc(spent)} RLC went to those who finished tasks.`;
  const rest = left === 0n ? "nothing is left" : `${formatRlc(left)} RLC are left`;
  return (
    `The requester ${claims}took its money out: its wallet holds ${formatRlc(wallet)} of ${formatRlc(deposit)} RLC, ` +
    `and ${rest} in escrow.${paid}`
  );
}

async function claimUnfinished(stage: Stage, journal: Journal, { dealId, volume }: DealEntry): Promise<number> {
  let claimed = 0;
  for (let index = 0n; index < volume; index++) {
    const taskId = taskIdOf(dealId, index);
    const { status } = await stage.contracts.hub.viewTask(taskId);
    if (status === TaskStatus.COMPLETED || status === TaskStatus.FAILED) continue;
    if (claimed++ === 0) await stage.wait(TASK_LIFETIME);
    if (status === TaskStatus.UNSET) {
      journal.gas("initializeAndClaimArray", await stage.requester.claimUnopened(dealId, index));
    } else {
      journal.gas("claim", await stage.requester.claim(taskId));
    }
    journal.task({ taskId, dealId, index, status: "FAILED" });
  }
  return claimed;
}
