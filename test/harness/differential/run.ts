/** Runs calls on both systems at once, and finds where they differ. */
import { ADDED_EVENTS, ALLOWANCES, type Allowance, REWRITES } from "./allowed.js";
import { type Speaker, speakerOf } from "./encode.js";
import { describeLogs, describeWords, eventOf } from "./describe.js";
import { type Mentions, noMentions, note } from "./mentions.js";
import { freshSituation, learn, requestOf, type Situation } from "./situation.js";
import type { OrderSpec, Sequence, Step, TaskRef } from "./sequence.js";
import { describeView, type View, viewsOf, type Watch, watch } from "./views.js";
import type { Outcome, World } from "./world.js";

/** The start of every sequence, in unix seconds. */
export const BEGINNING = 2_000_000_000;

/** The number of accepted calls after which every view is compared, not only those that the last call may have changed. */
const USUALLY = 10;
const ALWAYS = 1;

/** Both systems, in the same scene. */
export interface Pair {
  readonly peer: World;
  readonly ours: World;
}

/** A difference between the systems: the compared value, and its text on either side. */
export interface Difference {
  readonly step: number;
  readonly what: string;
  readonly peer: string;
  readonly ours: string;
}

/** The outcome of a step. */
export interface Played {
  readonly peer: Outcome;
  readonly ours: Outcome;
  readonly difference?: Difference;
  /** The allowed difference that occurred. */
  readonly allowed?: string;
  /** Whether the step was reverted, since the systems may have diverged. */
  readonly takenBack?: true;
}

/** A run of a sequence that is still being drawn. */
export type Run = Awaited<ReturnType<typeof startRun>>;

/**
 * Starts from the present state of both systems. Orders may be added as long as their labels are new.
 *
 * @param thorough - Whether every view is compared after every call.
 */
export async function startRun(
  { peer, ours }: Pair,
  orders: Readonly<Record<string, OrderSpec>>,
  { beginning = BEGINNING, thorough = false } = {},
) {
  const mentions = noMentions();
  const situation = freshSituation(orders);
  const sides = [peer, ours].map((world) => {
    const speaker = speakerOf(world, orders);
    return { world, speaker, watch: watch(world, speaker) };
  }) as [Side, Side];
  const [left, right] = sides;
  let now = -1;
  let count = 0;
  let accepted = 0;
  const views = viewsOf(mentions);

  const at = async (seconds: number): Promise<number> => {
    if (seconds > now) {
      now = seconds;
      await Promise.all(sides.map(({ world }) => world.waitUntil(beginning + now)));
    }
    return beginning + now;
  };
  const send = async (step: Step): Promise<[Outcome, Outcome]> => {
    const time = await at(step.at);
    const [data, other] = [left.speaker.encode(step), right.speaker.encode(step)];
    return Promise.all([
      left.world.send(step.from, step.to, data, time),
      right.world.send(step.from, step.to, other, time),
    ]);
  };

  return {
    /** Makes the same step on both systems, and compares everything. */
    async play(step: Step): Promise<Played> {
      const index = count++;
      note(mentions, step);
      for (const { speaker } of sides) nameThings(speaker, step, situation, mentions);
      const allowances = ALLOWANCES.filter(({ applies }) => applies(step, situation));
      if (allowances.length > 0) {
        const snapshots = await Promise.all(sides.map(({ world }) => world.snapshot()));
        const [theirs, mine] = await send(step);
        await Promise.all(sides.map(({ world }, side) => world.restore(snapshots[side]!)));
        now = -1;
        await at(step.at);
        return {
          peer: theirs,
          ours: mine,
          takenBack: true,
          ...compareAsAllowed(allowances, step, index, theirs, mine),
        };
      }
      const [theirs, mine] = await send(step);
      const played = { peer: theirs, ours: mine };
      const found = compareOutcomes(step, theirs, mine);
      if (found !== undefined) return { ...played, difference: { step: index, ...found } };
      // A refused call changes nothing.
      if (!mine.ok) return played;
      learn(step, mine, situation, step.at);
      const looked = ++accepted % (thorough ? ALWAYS : USUALLY) === 0 ? views.everything() : views.related(step, mine);
      const changed = await compareViews(sides, looked);
      return changed === undefined ? played : { ...played, difference: { step: index, ...changed } };
    },
    /** All views. */
    async check(): Promise<Difference | undefined> {
      const changed = await compareViews(sides, views.everything());
      return changed === undefined ? undefined : { step: count, ...changed };
    },
    /** The situation, which the generator reads. */
    world: right.world,
    speaker: right.speaker,
    situation,
  };
}

/** Runs a whole sequence from the scene, and returns the first difference. */
export async function replay(pair: Pair, { orders, steps }: Sequence): Promise<Difference | undefined> {
  return atScene(pair, async () => {
    const run = await startRun(pair, orders, { thorough: true });
    for (const step of steps) {
      const { difference } = await run.play(step);
      if (difference !== undefined) return difference;
    }
    return run.check();
  });
}

/** Runs an action, and reverts both chains to the state before it. */
export async function atScene<Result>({ peer, ours }: Pair, action: () => Promise<Result>): Promise<Result> {
  const snapshots = [await peer.snapshot(), await ours.snapshot()] as const;
  try {
    return await action();
  } finally {
    await Promise.all([peer.restore(snapshots[0]), ours.restore(snapshots[1])]);
  }
}

interface Side {
  readonly world: World;
  readonly speaker: ReturnType<typeof speakerOf>;
  readonly watch: Watch;
}

type Found = Omit<Difference, "step">;

/**
 * Whether the outcomes of a call with allowances are equal, differ as allowed, or differ otherwise. Where one allowance
 * has us accept and another refuse, a refusal is allowed: one fault is enough to refuse a call.
 */
export function compareAsAllowed(
  allowances: readonly Allowance[],
  step: Step,
  index: number,
  peer: Outcome,
  ours: Outcome,
): Pick<Played, "allowed" | "difference"> {
  const found = compareOutcomes(step, peer, ours);
  if (found === undefined) return {};
  const fitting = allowances.find(({ expected }) => expected(peer, ours));
  if (fitting !== undefined) return { allowed: fitting.name };
  const names = allowances.map(({ name }) => `"${name}"`).join(" or ");
  return { difference: { step: index, ...found, what: `${found.what} (not as ${names} allows)` } };
}

/** The differences between the outcomes of a step. */
function compareOutcomes(step: Step, peer: Outcome, ours: Outcome): Found | undefined {
  if (peer.ok !== ours.ok) return { what: "success", peer: verdict(peer), ours: verdict(ours) };
  if (peer.returned.join() !== ours.returned.join()) {
    return {
      what: "the answer",
      peer: describeWords(step, peer.returned),
      ours: describeWords(step, ours.returned),
    };
  }
  const theirs = REWRITES.reduce((before, { rewrite }) => rewrite(before, step), peer.logs);
  const mine = ours.logs.filter((log) => !ADDED_EVENTS.has(eventOf(log)));
  if (theirs.join("\n") === mine.join("\n")) return undefined;
  return { what: "events", peer: describeLogs(theirs), ours: describeLogs(mine) };
}

async function compareViews(sides: readonly Side[], views: readonly View[]): Promise<Found | undefined> {
  const [theirs, mine] = await Promise.all(sides.map((side) => side.watch.look(views)));
  const index = views.findIndex((_, place) => theirs![place] !== mine![place]);
  if (index < 0) return undefined;
  return { what: describeView(views[index]!), peer: theirs![index]!, ours: mine![index]! };
}

/** Names the ids that a step creates or mentions, so that they read the same on both sides. */
function nameThings(speaker: Speaker, step: Step, { consumed }: Situation, { deals, tasks }: Mentions): void {
  for (const deal of deals.values()) speaker.dealOf(deal);
  for (const task of tasks.values()) speaker.taskOf(task);
  const request = requestOf(step);
  if (request !== undefined) speaker.dealOf([request, consumed.get(request) ?? 0n]);
  if (step.call === "contributeAndFinalize") {
    const [{ task }, { digest }] = step.args as unknown as [{ task: TaskRef }, { digest: string }];
    speaker.hashOfResult(digest, task);
    speaker.sealOf(digest, task, step.from);
  }
}

function verdict({ ok }: Outcome): string {
  return ok ? "accepted" : "refused";
}
