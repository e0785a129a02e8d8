import { DemoError } from "../demoError.js";
import type { Transcript } from "../transcript.js";
import type { Scenario } from "../scenario.js";
import { registerPlatforms } from "../deals/registerPlatforms.js";
import { deposit, publish } from "../deals/setup.js";
import type { DemoOptions } from "../options.js";
import { outcomesToJson, outcomesToText } from "./attackReport.js";
import type { AttackName } from "./names.js";
import { ATTACKED_IMAGE } from "./onImages.js";
import { isRepelled, runAttack, type Outcome } from "./runAttack.js";

/**
 * Runs attacks one after another, each on a deal of its own, and prints their outcomes.
 *
 * @throws DemoError if an attack was not refused as expected, or balances are wrong after it
 */
export async function runAttacks(
  scenario: Scenario,
  transcript: Transcript,
  { names, options, json }: { names: readonly AttackName[]; options: DemoOptions; json: boolean },
): Promise<void> {
  await deposit(scenario, transcript, options);
  const packaged = await publish(scenario, transcript, options);
  const { app } = await scenario.appProvider.publishImage("an image", ATTACKED_IMAGE);
  const assets = { package: packaged, image: { ...packaged, app } };
  await registerPlatforms(scenario, transcript);

  const outcomes: Outcome[] = [];
  for (const name of names) outcomes.push(await runAttack({ scenario, transcript, options, assets }, name));
  const failed = outcomes.filter((outcome) => !isRepelled(outcome)).map(({ name }) => name);
  const report = outcomesToJson(outcomes);
  if (failed.length > 0) {
    if (!json) console.log(outcomesToText(outcomes));
    throw new DemoError(`Not refused as it should be: ${failed.join(", ")}. Please report this.`, { details: report });
  }
  console.log(json ? JSON.stringify(report, null, 2) : outcomesToText(outcomes));
}
