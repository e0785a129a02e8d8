import type { DealTask } from "../actors/DemoWorker.js";
import type { DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { taskPrice } from "@poco-marketplace/sdk/protocol/stake.js";
import { readBooks, type Books, type Holder } from "../books.js";
import type { Journal } from "../journal.js";
import { WORKERS, type Stage } from "../stage.js";
import { TASK_LIFETIME } from "../story/abandonedDeal.js";
import { match } from "../story/match.js";
import type { Offer } from "../story/setting.js";
import { PRICES, type Wish } from "../wish.js";
import type { Attack, Attempt, Scene } from "./attack.js";
import { ATTACKER } from "./attempts.js";
import { ATTACKS } from "./attacks.js";
import type { AttackName } from "./names.js";

/** How an attack went. */
export interface Outcome {
  readonly name: AttackName;
  readonly attempts: readonly Attempt[];
  /** Whether every attempt was refused by whom, and by the error that, it should have been. */
  readonly isRefusedAsExpected: boolean;
  readonly ending: Attack["ending"];
  readonly before: Books;
  readonly after: Books;
  /** What is wrong with the money: nothing, if all went well. */
  readonly misplaced: readonly string[];
}

/** Where an attack is played. */
export interface Theater {
  readonly stage: Stage;
  readonly journal: Journal;
  readonly wish: Wish;
  readonly offer: Offer;
}

const HONEST = WORKERS[0];
/** What the one worker of a task gets of the workerpool's price: the scheduler keeps 1 %. */
const REWARD = (PRICES.workerpool * 99n) / 100n;

/** Whether an attack was refused as it should be, and the money is where it belongs. */
export function isRepelled({ isRefusedAsExpected, misplaced }: Outcome): boolean {
  return isRefusedAsExpected && misplaced.length === 0;
}

/** Plays an attack on a task of a new deal, then has the deal end as it should, and looks at the books. */
export async function runAttack(theater: Theater, name: AttackName): Promise<Outcome> {
  const { stage, journal, wish, offer } = theater;
  const attack = ATTACKS[name];
  journal.step(`Attack: ${name}`);
  journal.tell(attack.story);
  const last = attack.needsEarlierTask === true ? 1n : 0n;
  const quiet = { ...journal, tell: () => {} };
  const { dealId } = await match(stage, quiet, wish, { offer, terms: { name, volume: last + 1n } });
  const earlierQuote = last === 1n ? await workHonestly(theater, await initialize(stage, dealId, 0n)) : undefined;
  const task = await initialize(stage, dealId, last);

  const before = await readBooks(stage);
  const scene: Scene = { stage, ...task, earlierQuote };
  const attempts = await journal.during("attacking", attack.play(scene));
  for (const each of attempts) tellOf(journal, each);
  await end(theater, attack, task);
  const after = await readBooks(stage);

  const misplaced = findMisplaced(attack, before, after);
  journal.tell(moneySentence(attack, misplaced));
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

function tellOf(journal: Journal, { what, refusal }: Attempt): void {
  if (refusal === undefined) {
    journal.tell(`The worker ${what}: IT SUCCEEDS.`);
    return;
  }
  journal.tell(`The worker ${what}. The ${refusal.by} refuses (${refusal.error}):`);
  journal.tell(`  “${refusal.sentence}”`);
}

function isAsExpected({ expected }: Attack, attempts: readonly Attempt[]): boolean {
  const found = attempts.map(({ refusal }) => `${refusal?.by} ${refusal?.error}`);
  return found.join() === expected.map(([by, error]) => `${by} ${error}`).join();
}

/** The requester takes its money back, or an honest worker does the task; nothing, where the attack has ended it. */
async function end(theater: Theater, { ending }: Attack, task: DealTask): Promise<void> {
  const { stage } = theater;
  const { taskId } = task;
  const { status } = await stage.contracts.hub.viewTask(taskId);
  if (status !== TaskStatus.ACTIVE) return;
  if (ending === "honest worker") {
    await workHonestly(theater, task);
    return;
  }
  await stage.wait(TASK_LIFETIME);
  await stage.requester.claim(taskId);
}

async function initialize(stage: Stage, dealId: DealId, index: bigint): Promise<DealTask> {
  const { taskId } = await stage.poolOwner.initialize(dealId, index);
  return { dealId, taskId, index };
}

/** An honest worker does a task. Answers the quote of its enclave. */
async function workHonestly({ stage, journal }: Theater, task: DealTask): Promise<Uint8Array> {
  const running = stage.workers[0]!.begin(task, { isSolo: true });
  await journal.during(`${HONEST} starts an enclave`, running.computing);
  const done = await journal.during(`${HONEST} runs the program`, running.done);
  return done.enclave.quote;
}

/** By how much everyone's holdings must have changed; the scheduler and the kitty share what is left. */
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

function findMisplaced(attack: Attack, before: Books, after: Books): string[] {
  const misplaced = Object.entries(expectedChanges(attack)).flatMap(([holder, expected]) => {
    const change = heldBy(after, holder as Holder) - heldBy(before, holder as Holder);
    return change === expected ? [] : [`${holder} has ${change} nRLC more than before, where it should be ${expected}`];
  });
  if (after.supply !== before.supply) misplaced.push(`the supply went from ${before.supply} to ${after.supply} nRLC`);
  if (after.backing !== after.supply) misplaced.push(`the hub holds ${after.backing} of ${after.supply} nRLC`);
  return misplaced;
}

function heldBy({ accounts }: Books, holder: Holder): bigint {
  return accounts[holder].free + accounts[holder].frozen;
}

function moneySentence({ ending }: Attack, misplaced: readonly string[]): string {
  if (misplaced.length > 0) return `THE MONEY IS NOT WHERE IT BELONGS: ${misplaced.join("; ")}.`;
  return ending === "refund"
    ? "Nobody finishes the task: the requester claims its money back, the attacker has what it had."
    : `${HONEST} does the task and is paid; the requester pays once, the attacker has what it had.`;
}
