/** Plans for every deadline: one second before it, at it, and one second after. */
import type { KnownTask, Memory } from "./memory.js";
import {
  before,
  CLOCK,
  contribution,
  finalize,
  from,
  make,
  must,
  open,
  type Plan,
  push,
  reveal,
  solo,
  type Steps,
  stepOf,
} from "./plan.js";
import type { Random } from "../../random.js";

/** Leads to a deadline, and makes its call this many seconds after it. */
type Meet = (random: Random, memory: Memory, offset: number) => Steps;

const OFFSETS = [-1, 0, 1];
/** Workers of weight 2 each. */
const [WORKER, OTHER] = ["worker4", "worker5"] as const;

const DEADLINES: Readonly<Record<string, Meet>> = {
  *"the last contribution"(random, memory, offset) {
    const task = yield* open(random, memory);
    memory.now = contributionDeadline(task) + offset;
    yield* must(before(offset), contribution(memory, task, WORKER));
  },
  *"the last contributeAndFinalize"(random, memory, offset) {
    const task = yield* open(random, memory);
    memory.now = contributionDeadline(task) + offset;
    yield* must(before(offset), solo(memory, task, WORKER));
  },
  *"the last reveal"(random, memory, offset) {
    const task = yield* agreed(random, memory);
    memory.now = task.revealDeadline + offset;
    yield* must(before(offset), reveal(memory, task, WORKER));
  },
  *"the first reopen"(random, memory, offset) {
    const task = yield* agreed(random, memory);
    memory.now = task.revealDeadline + offset;
    yield* must(from(offset), stepOf(memory, task.deal.scheduler, "reopen", { task: task.ref }));
  },
  *"the last reopen"(random, memory, offset) {
    const task = yield* agreed(random, memory);
    memory.now = finalDeadline(task) + offset;
    yield* must(before(offset), stepOf(memory, task.deal.scheduler, "reopen", { task: task.ref }));
  },
  *"the first finalize without a winner's reveal"(random, memory, offset) {
    const task = yield* open(random, memory, { trust: 3n });
    for (const worker of [WORKER, OTHER]) yield* must("accepted", contribution(memory, task, worker));
    yield* must("accepted", reveal(memory, task, WORKER));
    memory.now = task.revealDeadline + offset;
    yield* must(from(offset), finalize(memory, task));
  },
  *"the last finalize"(random, memory, offset) {
    const task = yield* agreed(random, memory);
    yield* must("accepted", reveal(memory, task, WORKER));
    memory.now = finalDeadline(task) + offset;
    yield* must(before(offset), finalize(memory, task));
  },
  *"the first claim of an active task"(random, memory, offset) {
    yield* claimed(memory, yield* open(random, memory), offset);
  },
  *"the first claim of an agreed task"(random, memory, offset) {
    yield* claimed(memory, yield* agreed(random, memory), offset);
  },
  *"the first claim of a revealed task"(random, memory, offset) {
    const task = yield* agreed(random, memory);
    yield* must("accepted", reveal(memory, task, WORKER));
    yield* claimed(memory, task, offset);
  },
  *"the last push"(random, memory, offset) {
    const deal = yield* make(random, memory, { boost: true });
    memory.now = deal.at + 7 * CLOCK + offset;
    yield* must(before(offset), push(memory, deal, WORKER));
  },
  *"the first claimBoost"(random, memory, offset) {
    const { at, request, first } = yield* make(random, memory, { boost: true });
    memory.now = at + 7 * CLOCK + offset;
    yield* must(from(offset), stepOf(memory, "stranger", "claimBoost", { deal: [request, first] }, 0n));
  },
};

/** The plans: one for each deadline and moment. */
export const DEADLINE_PLANS: readonly Plan[] = Object.entries(DEADLINES).flatMap(([name, meet]) =>
  OFFSETS.map((offset) => ({
    name: `${name}, ${offset} s`,
    begin: (random, memory) => meet(random, memory, offset),
  })),
);

/** Makes a task on whose single contribution consensus is reached. */
function* agreed(random: Random, memory: Memory): Steps<KnownTask> {
  const task = yield* open(random, memory);
  yield* must("accepted", contribution(memory, task, WORKER));
  return task;
}

function* claimed(memory: Memory, task: KnownTask, offset: number): Steps {
  memory.now = finalDeadline(task) + offset;
  yield* must(from(offset), stepOf(memory, "stranger", "claim", { task: task.ref }));
}

function contributionDeadline({ deal }: KnownTask): number {
  return deal.at + 7 * CLOCK;
}

function finalDeadline({ deal }: KnownTask): number {
  return deal.at + 10 * CLOCK;
}
