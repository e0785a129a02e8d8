import { DemoError } from "../demoError.js";
import type { Journal } from "../journal.js";
import type { Stage } from "../stage.js";
import { enrol } from "../story/enrolment.js";
import { deposit, publish } from "../story/setting.js";
import type { Wish } from "../wish.js";
import { outcomesToJson, outcomesToText } from "./attackReport.js";
import type { AttackName } from "./names.js";
import { isRepelled, runAttack, type Outcome } from "./runAttack.js";

/**
 * Plays attacks one after the other, on deals that are made for them, and prints what became of them.
 *
 * @throws DemoError when one was not refused as it should be, or its money is elsewhere than it belongs.
 */
export async function performAttacks(
  stage: Stage,
  journal: Journal,
  { names, wish, json }: { names: readonly AttackName[]; wish: Wish; json: boolean },
): Promise<void> {
  await deposit(stage, journal, wish);
  const offer = await publish(stage, journal, wish);
  await enrol(stage, journal);

  const outcomes: Outcome[] = [];
  for (const name of names) outcomes.push(await runAttack({ stage, journal, wish, offer }, name));
  const failed = outcomes.filter((outcome) => !isRepelled(outcome)).map(({ name }) => name);
  const report = outcomesToJson(outcomes);
  if (failed.length > 0) {
    if (!json) console.log(outcomesToText(outcomes));
    throw new DemoError(`Not refused as it should be: ${failed.join(", ")}. Please report this.`, { details: report });
  }
  console.log(json ? JSON.stringify(report, null, 2) : outcomesToText(outcomes));
}
