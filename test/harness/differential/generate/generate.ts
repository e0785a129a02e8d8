/** Generates sequences step by step; each step is drawn with regard to the effects of the steps before. */
import type { Options } from "../options.js";
import type { OrderSpec, Sequence, Step } from "../sequence.js";
import { atScene, type Difference, type Pair, type Played, startRun } from "../run.js";
import { freshMemory, type KnownDeal, type KnownTask, type Memory, remember } from "./memory.js";
import { matchMove, orderMove } from "./market.js";
import { moneyMove, type Move } from "./money.js";
import { planOf } from "./plans.js";
import { type Random, randomOf } from "../../random.js";
import { assetMove, ownerMove } from "./things.js";
import { atDeadline, boostMove, workMove } from "./work.js";

/** A sequence that was drawn, run and compared. */
export interface Drawn {
  readonly sequence: Sequence;
  readonly difference: Difference | undefined;
  /** The boundary of the plan that it started with, if any. */
  readonly reached: string | undefined;
}

/** Called after every step. */
export type Witness = (step: Step, played: Played) => void;

/** Draws and runs one sequence of `calls` steps; it ends early where the systems differ. */
export async function drawAndPlay(
  pair: Pair,
  { seed, index, calls, thorough }: Pick<Options, "seed" | "calls" | "thorough"> & { index: number },
  witness: Witness,
): Promise<Drawn> {
  return atScene(pair, async () => {
    const random = randomOf(seed, index);
    const orders: Record<string, OrderSpec> = {};
    const steps: Step[] = [];
    const run = await startRun(pair, orders, { thorough });
    const memory = freshMemory(orders, run.situation);
    const plan = planOf(index);
    const planned = plan?.begin(random, memory);
    let next = planned?.next(NOTHING_YET);
    for (let call = 0; call < calls; call++) {
      const step = next === undefined || next.done === true ? draw(random, memory) : next.value;
      steps.push(step);
      const played = await run.play(step);
      witness(step, played);
      const { difference } = played;
      if (difference !== undefined) return { sequence: { orders, steps }, difference, reached: undefined };
      if (played.takenBack === undefined) remember(memory, step, played.ours);
      if (next?.done === false) next = planned!.next(played);
    }
    const reached = next?.done === true ? plan!.name : undefined;
    return { sequence: { orders, steps }, difference: await run.check(), reached };
  });
}

const NOTHING = { ok: true, returned: [], logs: [] };
/** The first value that a generator receives is never read. */
const NOTHING_YET: Played = { peer: NOTHING, ours: NOTHING };

function draw(random: Random, memory: Memory): Step {
  const deadline = random.percent(12) ? nextDeadline(random, memory) : undefined;
  if (deadline !== undefined) {
    memory.now = Math.max(memory.now, deadline.at + random.pick([-1, 0, 0, 1]));
    return { at: memory.now, ...deadline.move() };
  }
  if (random.percent(25)) memory.now += random.between(1, 40);
  return { at: memory.now, ...drawMove(random, memory) };
}

function drawMove(random: Random, memory: Memory): Move {
  const open = [...memory.tasks.values()].filter(({ status }) => status !== "over").length;
  const work = memory.deals.length === 0 ? 0 : 60;
  const kind = random.weighted([
    [work, workMove],
    [open > 3 ? 4 : 18, matchMove],
    [6, orderMove],
    [10, moneyMove],
    [5, assetMove],
    [2, ownerMove],
  ]);
  return kind(random, memory) ?? matchMove(random, memory);
}

/** A deadline that has not passed, with a call for which it matters. */
function nextDeadline(random: Random, memory: Memory): { at: number; move: () => Move } | undefined {
  const { now, tasks, deals } = memory;
  const open = [...tasks.values()].filter(({ status, deal }) => status !== "over" && deal.clock < 40_000);
  const ofTasks = open.flatMap((task) =>
    momentsOf(task).map((at) => ({ at, move: () => atDeadline(random, memory, task) })),
  );
  const boosted = deals.filter(({ boost, clock }: KnownDeal) => boost && clock < 40_000);
  const ofDeals = boosted.map((deal) => ({
    at: deal.at + 7 * deal.clock,
    move: () => boostMove(random, memory, deal),
  }));
  const ahead = [...ofTasks, ...ofDeals].filter(({ at }) => at + 1 >= now);
  return ahead.length === 0 ? undefined : random.pick(ahead);
}

function momentsOf({ deal, status, revealDeadline }: KnownTask): number[] {
  const moments = [deal.at + 7 * deal.clock, deal.at + 10 * deal.clock];
  return status === "revealing" ? [...moments, revealDeadline, revealDeadline] : moments;
}
