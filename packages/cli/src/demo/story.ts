import { readBooks, type Books } from "./books.js";
import { DemoError, reasonOf } from "./demoError.js";
import type { Journal } from "./journal.js";
import { failureToJson } from "./json.js";
import type { Stage } from "./stage.js";
import { abandonedDeal } from "./story/abandonedDeal.js";
import { enrol } from "./story/enrolment.js";
import { enclaveDeal } from "./story/enclaveDeal.js";
import { describeRefund, moneyBack } from "./story/moneyBack.js";
import { replicatedDeal } from "./story/replicatedDeal.js";
import { deposit, publish } from "./story/setting.js";
import type { Wish } from "./wish.js";

/**
 * Three deals, one of which is abandoned.
 *
 * @returns Who had what before the first deal, and after the last.
 * @throws DemoError once the requester has its money back.
 */
export async function play(stage: Stage, journal: Journal, wish: Wish): Promise<{ before: Books; after: Books }> {
  await deposit(stage, journal, wish);
  const before = await readBooks(stage);
  try {
    const offer = await publish(stage, journal, wish);
    await enrol(stage, journal);
    await enclaveDeal(stage, journal, wish, offer);
    await replicatedDeal(stage, journal, wish, offer);
    await abandonedDeal(stage, journal, wish, offer);
  } catch (error) {
    const refund = await moneyBack(stage, journal);
    const message = `${reasonOf(error)}\n${describeRefund(refund, wish.deposit)}`;
    throw new DemoError(message, { cause: error, details: failureToJson(journal, refund) });
  }
  return { before, after: await readBooks(stage) };
}
