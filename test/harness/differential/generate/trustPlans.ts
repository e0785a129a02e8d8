/** Plans for consensus, reached or just missed: every trust from 1 to 50, and teams whose weight is known. */
import { DifferentialError } from "../DifferentialError.js";
import { WORKERS } from "../names.js";
import type { KnownTask, Memory } from "./memory.js";
import {
  conclude,
  contribution,
  finalize,
  must,
  open,
  type Plan,
  reveal,
  stepOf,
  type Steps,
  winnersOf,
} from "./plan.js";
import type { Random } from "../../random.js";

const HIGHEST_TRUST = 50;
/** The weights by the scores of `prologue.ts`: 8, 4 and 3, with logarithms 3, 2 and 1; all others have 2. */
const WEIGHTS: Readonly<Record<string, bigint>> = { worker1: 8n, worker2: 4n, worker3: 3n };
/** The workers that agree, and those that contribute other results before them. */
const TEAMS: readonly { readonly honest: readonly string[]; readonly liars: readonly string[] }[] = [
  { honest: ["worker1", "worker2"], liars: [] },
  { honest: ["worker3", "worker1"], liars: [] },
  { honest: ["worker1", "worker4"], liars: [] },
  { honest: ["worker2", "worker3"], liars: [] },
  { honest: ["worker4", "worker3"], liars: [] },
  { honest: ["worker4", "worker3", "worker2", "worker1"], liars: [] },
  { honest: ["worker2", "worker3"], liars: ["worker4"] },
  { honest: ["worker5", "worker1"], liars: ["worker6"] },
];
const LATECOMER = "worker8";
/** A price for which shares and remainders are odd. */
const PRICE = 1_001n;

/** The plans: one for each trust, with workers, wrong results and reveals by chance. */
export const TRUST_PLANS: readonly Plan[] = Array.from({ length: HIGHEST_TRUST }, (_, index) => ({
  name: `a trust of ${index + 1}`,
  begin: (random, memory) => replicate(random, memory, BigInt(index + 1)),
}));

/** The plans: for each team one with the highest trust that it reaches, and one with the least that it misses. */
export const TEAM_PLANS: readonly Plan[] = TEAMS.flatMap(({ honest, liars }) => {
  const trust = highestTrust(honest, liars);
  const name = `${honest.join(" and ")}${liars.length > 0 ? ` against ${liars.join(" and ")}` : ""}`;
  return [trust, trust + 1n].map((asked) => ({
    name: `${name}, a trust of ${asked}`,
    *begin(random: Random, memory: Memory) {
      const task = yield* open(random, memory, { price: PRICE, trust: asked });
      for (const worker of liars) yield* must("accepted", contribution(memory, task, worker, "lie"));
      for (const worker of honest) {
        mustBe(task, "active");
        yield* must("accepted", contribution(memory, task, worker));
      }
      mustBe(task, asked === trust ? "revealing" : "active");
      if (task.status === "active") yield* must("accepted", contribution(memory, task, LATECOMER));
      if (task.status === "revealing") yield* conclude(memory, task);
    },
  }));
});

/** The highest trust at which the last of `honest` completes the consensus: group × trust > total × (trust - 1). */
export function highestTrust(honest: readonly string[], liars: readonly string[]): bigint {
  const group = honest.reduce((product, worker) => product * weightOf(worker), 1n);
  const lies = liars.reduce((product, worker) => product * weightOf(worker), 1n);
  const others = liars.length === 0 ? 1n : 1n + lies;
  // It follows from group × trust > (group + others) × (trust - 1) that trust < (group + others) / others.
  return (group + others - 1n) / others;
}

function weightOf(worker: string): bigint {
  return WEIGHTS[worker] ?? 2n;
}

/** The status of a task, which a function reads since steps change it. */
function mustBe({ status }: KnownTask, expected: KnownTask["status"]): void {
  if (status !== expected) throw new DifferentialError(`A plan wants its task ${expected}, and it is ${status}.`);
}

/** Makes a task that workers of mixed scores contribute to until consensus, and that all winners reveal, or most. */
function* replicate(random: Random, memory: Memory, trust: bigint): Steps {
  const task = yield* open(random, memory, { price: BigInt(random.between(0, 2_000)), trust });
  const order = WORKERS.map((worker) => ({ worker, rank: random.between(0, 1_000) }));
  for (const { worker } of order.toSorted((a, b) => a.rank - b.rank)) {
    if (task.status !== "active") break;
    yield* must("accepted", contribution(memory, task, worker, random.percent(70) ? "truth" : "lie"));
  }
  const winners = winnersOf(task);
  for (const worker of winners) {
    if (random.percent(88)) yield* must("accepted", reveal(memory, task, worker));
  }
  if (task.winner !== undefined && task.revealed.size < winners.length) {
    memory.now = Math.max(memory.now, task.revealDeadline + random.between(-1, 1));
  }
  yield task.revealed.size > 0
    ? finalize(memory, task)
    : stepOf(memory, task.deal.scheduler, "reopen", { task: task.ref });
}
