import { readBalances, type Balances } from "./balances.js";
import { DemoError } from "./demoError.js";
import { failureSentence } from "../failureSentence.js";
import type { Transcript } from "./transcript.js";
import { failureToJson } from "./json.js";
import type { Scenario } from "./scenario.js";
import { abandonedDeal } from "./deals/abandonedDeal.js";
import { registerPlatforms } from "./deals/registerPlatforms.js";
import { enclaveDeal } from "./deals/enclaveDeal.js";
import { describeRefund, refundRequester } from "./deals/refund.js";
import { replicatedDeal } from "./deals/replicatedDeal.js";
import { deposit, publish } from "./deals/setup.js";
import type { DemoOptions } from "./options.js";

/**
 * Runs three deals, the last of which is abandoned.
 *
 * @returns the balances before the first deal and after the last
 * @throws DemoError if a deal fails, once the requester has its money back
 */
export async function runDeals(
  scenario: Scenario,
  transcript: Transcript,
  options: DemoOptions,
): Promise<{ before: Balances; after: Balances }> {
  await deposit(scenario, transcript, options);
  const before = await readBalances(scenario);
  try {
    const assets = await publish(scenario, transcript, options);
    await registerPlatforms(scenario, transcript);
    await enclaveDeal(scenario, transcript, options, assets);
    await replicatedDeal(scenario, transcript, options, assets);
    await abandonedDeal(scenario, transcript, options, assets);
  } catch (error) {
    const refund = await refundRequester(scenario, transcript);
    const message = `${failureSentence(error)}\n${describeRefund(refund, options.deposit)}`;
    throw new DemoError(message, { cause: error, details: failureToJson(transcript, refund) });
  }
  return { before, after: await readBalances(scenario) };
}
