import type { DealTask } from "@poco-marketplace/sdk/client/runApp.js";
import type { DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { taskPrice } from "@poco-marketplace/sdk/protocol/stake.js";
import { readBalances, type Balances, type Holder } from "../balances.js";
import type { Transcript } from "../transcript.js";
import { WORKERS, type Scenario } from "../scenario.js";
import { TASK_LIFETIME } from "../deals/abandonedDeal.js";
import { makeDeal } from "../deals/makeDeal.js";
import type { PublishedAssets } from "../deals/setup.js";
import { PRICES, type DemoOptions } from "../options.js";
import type { Attack, Attempt, AttackedTask } from "./attack.js";
import { ATTACKER } from "./attempts.js";
import { ATTACKS } from "./attacks.js";
import type { AttackName } from "./names.js";

/** The outcome of an attack. */
export interface Outcome {
  readonly name: AttackName;
  readonly attempts: readonly Attempt[];
  /** Whether every attempt was refused by the expected component with the expected error. */
  readonly isRefusedAsExpected: boolean;
  readonly ending: Attack["ending"];
  readonly before: Balances;
  readonly after: Balances;
  /** The deviations from the expected balances; empty if there are none. */
  readonly misplaced: readonly string[];
}

/** The setup that attacks share. */
export interface AttackSetup {
  readonly scenario: Scenario;
  readonly transcript: Transcript;
  readonly options: DemoOptions;
  /** The assets of deals about each kind of app. */
  readonly assets: Readonly<Record<NonNullable<Attack["app"]>, PublishedAssets>>;
}

const HONEST = WORKERS[0];
/** The share of the workerpool's price for a task's only worker: the scheduler keeps 1 %. */
const REWARD = (PRICES.workerpool * 99n) / 100n;

/** Returns whether an attack was refused as expected, and the balances are right. */
export function isRepelled({ isRefusedAsExpected, misplaced }: Outcome): boolean {
  return isRefusedAsExpected && misplaced.length === 0;
}

/** Runs an attack on a task of a new deal, ends the task as the attack expects, and checks the balances. */
export async function runAttack(setup: AttackSetup, name: AttackName): Promise<Outcome> {
  const { scenario, transcript, options, assets } = setup;
  const attack = ATTACKS[name];
  transcript.step(`Attack: ${name}`);
  transcript.print(attack.description);
  const last = attack.needsEarlierTask === true ? 1n : 0n;
  const quiet = { ...transcript, print: () => {} };
  const { dealId } = await makeDeal(scenario, quiet, options, {
    assets: assets[attack.app ?? "package"],
    terms: { name, volume: last + 1n },
  });
  const earlierQuote = last === 1n ? await workHonestly(setup, await initialize(scenario, dealId, 0n)) : undefined;
  const task = await initialize(scenario, dealId, last);

  const before = await readBalances(scenario);
  const target: AttackedTask = { scenario, ...task, earlierQuote };
  const attempts = await transcript.during("attacking", attack.run(target));
  for (const each of attempts) printAttempt(transcript, each);
  await end(setup, attack, task);
  const after = await readBalances(scenario);

  const misplaced = findMisplaced(attack, before, after);
  transcript.print(moneySentence(attack, misplaced));
  return {
    name,
    attempts,
    isRefusedAsExpected: isAsExpected(attack, attempts),
    ending: attack.ending,
    before,
    after,
    misplaced,
  };
}

function printAttempt(transcript: Transcript, { what, refusal }: Attempt): void {
  if (refusal === undefined) {
    transcript.print(`The worker ${what}: IT SUCCEEDS.`);
    return;
  }
  transcript.print(`The worker ${what}. The ${refusal.by} refuses (${refusal.error}):`);
  transcript.print(`  “${refusal.sentence}”`);
}

function isAsExpected({ expected }: Attack, attempts: readonly Attempt[]): boolean {
  const found = attempts.map(({ refusal }) => `${refusal?.by} ${refusal?.error}`);
  return found.join() === expected.map(([by, error]) => `${by} ${error}`).join();
}

/** Has the requester claim a refund or an honest worker do the task, unless the attack has ended it. */
async function end(setup: AttackSetup, { ending }: Attack, task: DealTask): Promise<void> {
  const { scenario } = setup;
  const { taskId } = task;
  const { status } = await scenario.contracts.hub.viewTask(taskId);
  if (status !== TaskStatus.ACTIVE) return;
  if (ending === "honest worker") {
    await workHonestly(setup, task);
    return;
  }
  await scenario.wait(TASK_LIFETIME);
  await scenario.requester.claim(taskId);
}

async function initialize(scenario: Scenario, dealId: DealId, index: bigint): Promise<DealTask> {
  const { taskId } = await scenario.poolOwner.initialize(dealId, index);
  return { dealId, taskId, index };
}

/** Has an honest worker do a task, and returns its enclave's quote. */
async function workHonestly({ scenario, transcript }: AttackSetup, task: DealTask): Promise<Uint8Array> {
  const running = scenario.workers[0]!.begin(task, { isSolo: true });
  await transcript.during(`${HONEST} starts an enclave`, running.computing);
  const done = await transcript.during(`${HONEST} runs the program`, running.done);
  return done.enclave.quote;
}

/** Returns the expected changes of holdings, except for the scheduler and the kitty, which share the remainder. */
function expectedChanges({ ending }: Attack): Readonly<Partial<Record<Holder, bigint>>> {
  const isPaid = ending === "honest worker";
  return {
    requester: isPaid ? -taskPrice(PRICES) : 0n,
    "app developer": isPaid ? PRICES.app : 0n,
    "data provider": isPaid ? PRICES.dataset : 0n,
    [HONEST]: isPaid ? REWARD : 0n,
    [ATTACKER]: 0n,
  };
}

function findMisplaced(attack: Attack, before: Balances, after: Balances): string[] {
  const misplaced = Object.entries(expectedChanges(attack)).flatMap(([holder, expected]) => {
    const change = heldBy(after, holder as Holder) - heldBy(before, holder as Holder);
    return change === expected ? [] : [`${holder} has ${change} nRLC more than before, where it should be ${expected}`];
  });
  if (after.supply !== before.supply) misplaced.push(`the supply went from ${before.supply} to ${after.supply} nRLC`);
  if (after.backing !== after.supply) misplaced.push(`the hub holds ${after.backing} of ${after.supply} nRLC`);
  return misplaced;
}

function heldBy({ accounts }: Balances, holder: Holder): bigint {
  return accounts[holder].free + accounts[holder].frozen;
}

function moneySentence({ ending }: Attack, misplaced: readonly string[]): string {
  if (misplaced.length > 0) return `THE MONEY IS NOT WHERE IT BELONGS: ${misplaced.join("; ")}.`;
  return ending === "refund"
    ? "Nobody finishes the task: the requester claims its money back, the attacker has what it had."
    : `${HONEST} does the task and is paid; the requester pays once, the attacker has what it had.`;
}
