import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import { DEFAULT_CATEGORIES, FINAL_DEADLINE_RATIO } from "@poco-marketplace/sdk/protocol/category.js";
import { dealLocks } from "@poco-marketplace/sdk/protocol/stake.js";
import type { Journal } from "../journal.js";
import type { Stage } from "../stage.js";
import { ABANDONED_TASKS, PRICES, type Wish } from "../wish.js";
import { match } from "./match.js";
import type { Offer } from "./setting.js";

/** How long a task may take before it can be given up, in seconds. */
export const TASK_LIFETIME = FINAL_DEADLINE_RATIO * DEFAULT_CATEGORIES[0].workClockTimeRef;

/** Deal 3: nobody works, and the requester takes its money back. */
export async function abandonedDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step("Deal 3: abandoned, and claimed back");
  const terms = { name: "abandoned", volume: ABANDONED_TASKS };
  const { dealId } = await match(stage, journal, wish, { offer, terms });
  const { taskId, receipt } = await stage.poolOwner.initialize(dealId, 0n);
  journal.gas("initialize", receipt);
  journal.tell("The scheduler opens the task, and then nothing happens.");

  await stage.wait(TASK_LIFETIME);
  journal.gas("claim", await stage.requester.claim(taskId));
  journal.task({ taskId, dealId, index: 0n, status: "FAILED" });
  const { payer, poolOwner } = dealLocks(PRICES, ABANDONED_TASKS);
  journal.tell(`${TASK_LIFETIME / 60n} minutes later, which pass at once here, the requester claims the task:`);
  journal.tell(
    `its ${formatRlc(payer)} RLC are free again, and the scheduler's stake of ${formatRlc(poolOwner)} goes to`,
  );
  journal.tell("the kitty, for pools that do finish their tasks.");
}
