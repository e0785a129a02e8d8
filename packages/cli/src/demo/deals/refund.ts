import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { taskId as taskIdOf } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { readHolding, type Holding } from "../balances.js";
import type { DealEntry, Transcript } from "../transcript.js";
import type { Scenario } from "../scenario.js";
import { TASK_LIFETIME } from "./abandonedDeal.js";

/** The requester's holdings after it claimed and withdrew everything. */
export interface Refund extends Holding {
  /** The number of tasks that were claimed. */
  readonly claimed: number;
}

/** Has the requester claim every unfinished task, and withdraw all its money from escrow. */
export async function refundRequester(scenario: Scenario, transcript: Transcript): Promise<Refund> {
  let claimed = 0;
  for (const deal of transcript.deals) claimed += await claimUnfinished(scenario, transcript, deal);

  const { hub } = scenario.contracts;
  if ((await hub.balanceOf(scenario.addresses.requester)) > 0n) {
    transcript.gas("withdraw", await scenario.requester.withdrawAll());
  }
  return { claimed, ...(await readHolding(scenario, "requester")) };
}

/** Describes a refund in words. */
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

async function claimUnfinished(
  scenario: Scenario,
  transcript: Transcript,
  { dealId, volume }: DealEntry,
): Promise<number> {
  let claimed = 0;
  for (let index = 0n; index < volume; index++) {
    const taskId = taskIdOf(dealId, index);
    const { status } = await scenario.contracts.hub.viewTask(taskId);
    if (status === TaskStatus.COMPLETED || status === TaskStatus.FAILED) continue;
    if (claimed++ === 0) await scenario.wait(TASK_LIFETIME);
    if (status === TaskStatus.UNSET) {
      transcript.gas("initializeAndClaimArray", await scenario.requester.claimUnopened(dealId, index));
    } else {
      transcript.gas("claim", await scenario.requester.claim(taskId));
    }
    transcript.task({ taskId, dealId, index, status: "FAILED" });
  }
  return claimed;
}
