import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { DEFAULT_CATEGORIES, FINAL_DEADLINE_RATIO } from "@poco-marketplace/sdk/protocol/category.js";
import { dealLocks } from "@poco-marketplace/sdk/protocol/stake.js";
import type { Transcript } from "../transcript.js";
import type { Scenario } from "../scenario.js";
import { ABANDONED_TASKS, PRICES, type DemoOptions } from "../options.js";
import { makeDeal } from "./makeDeal.js";
import type { PublishedAssets } from "./setup.js";

/** The time after a deal from which its unfinished tasks can be claimed, in seconds. */
export const TASK_LIFETIME = FINAL_DEADLINE_RATIO * DEFAULT_CATEGORIES[0].workClockTimeRef;

/** Runs deal 3: no worker does the task, and the requester claims a refund. */
export async function abandonedDeal(
  scenario: Scenario,
  transcript: Transcript,
  options: DemoOptions,
  assets: PublishedAssets,
): Promise<void> {
  transcript.step("Deal 3: abandoned, and claimed back");
  const terms = { name: "abandoned", volume: ABANDONED_TASKS };
  const { dealId } = await makeDeal(scenario, transcript, options, { assets, terms });
  const { taskId, receipt } = await scenario.poolOwner.initialize(dealId, 0n);
  transcript.gas("initialize", receipt);
  transcript.print("The scheduler opens the task, and then nothing happens.");

  await scenario.wait(TASK_LIFETIME);
  transcript.gas("claim", await scenario.requester.claim(taskId));
  transcript.task({ taskId, dealId, index: 0n, status: "FAILED" });
  const { payer, poolOwner } = dealLocks(PRICES, ABANDONED_TASKS);
  transcript.print(`${TASK_LIFETIME / 60n} minutes later, which pass at once here, the requester claims the task:`);
  transcript.print(
    `its ${formatRlc(payer)} RLC are free again, and the scheduler's stake of ${formatRlc(poolOwner)} goes to`,
  );
  transcript.print("the kitty, for pools that do finish their tasks.");
}
