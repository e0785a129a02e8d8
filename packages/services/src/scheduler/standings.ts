import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { PoolDatabase } from "./tables.js";

/** How a pool treats those who work for it, by how they did. */
export interface Probation {
  /** How many tasks somebody must have done to be trusted with several at once: 3 by default. */
  readonly tasks: number;
  /** Milliseconds without work after a failure, twice as many after the next, and so on: 1,000 by default. */
  readonly restMs: number;
  /** The most of that: one hour by default. */
  readonly mostRestMs: number;
}

/** What a pool holds of a worker. */
export interface Standing {
  /** Who answers for what it does: the platform that it proved, or the account itself. */
  readonly identity: string;
  /** Failures in a row. */
  readonly streak: number;
  /** Whether it has done too little yet to be trusted with several tasks at once. */
  readonly isNewcomer: boolean;
  /** Whether it fails whatever it tries. */
  readonly isFailing: boolean;
  /** Whether it gets no work for a while. */
  readonly isResting: boolean;
}

/** Three tasks, one second, one hour. */
export const PROBATION: Probation = { tasks: 3, restMs: 1_000, mostRestMs: 3_600_000 };
/** Failures in a row after which somebody's failures say nothing of a task. */
const FAILING = 3;

interface Row {
  readonly done: number;
  readonly streak: number;
  readonly rests_until: Date | null;
}

const UNKNOWN: Row = { done: 0, streak: 0, rests_until: null };

/**
 * How those who work for a pool did, kept in its database. It is held of who answers for a worker, rather than of its
 * account: whoever comes back under another name has what they had.
 */
export type Standings = Awaited<ReturnType<typeof openStandings>>;

/**
 * The standings in a pool's database.
 *
 * @param onRested - Called when somebody may have work again.
 * @param now - Milliseconds since 1970.
 */
export async function openStandings(
  database: PoolDatabase,
  { tasks, restMs, mostRestMs }: Probation,
  onRested: () => void = () => undefined,
  now: () => number = Date.now,
) {
  const rows = new Map<string, Row>();
  const identities = new Map<Address, string>();
  for (const { identity, ...row } of await database.selectFrom("standing").selectAll().execute())
    rows.set(identity, row);
  for (const { worker, identity } of await database.selectFrom("member").selectAll().execute())
    identities.set(worker, identity);

  const identityOf = (worker: Address): string => identities.get(worker) ?? worker;
  const rowOf = (worker: Address): Row => rows.get(identityOf(worker)) ?? UNKNOWN;

  async function change(worker: Address, row: Row): Promise<void> {
    const identity = identityOf(worker);
    rows.set(identity, row);
    await database
      .insertInto("standing")
      .values({ identity, ...row })
      .onConflict((conflict) => conflict.column("identity").doUpdateSet(row))
      .execute();
  }

  return {
    /** Notes who answers for a worker from now on. */
    async bind(worker: Address, identity: string): Promise<void> {
      if (identityOf(worker) === identity) return;
      identities.set(worker, identity);
      await database
        .insertInto("member")
        .values({ worker, identity })
        .onConflict((conflict) => conflict.column("worker").doUpdateSet({ identity }))
        .execute();
    },

    /** What is held of a worker now. */
    of(worker: Address): Standing {
      const { done, streak, rests_until: restsUntil } = rowOf(worker);
      return {
        identity: identityOf(worker),
        streak,
        isNewcomer: done < tasks,
        isFailing: streak >= FAILING,
        isResting: restsUntil !== null && restsUntil.getTime() > now(),
      };
    },

    /** Notes that a worker brought a task to its end. */
    async succeeded(worker: Address): Promise<void> {
      await change(worker, { done: rowOf(worker).done + 1, streak: 0, rests_until: null });
    },

    /** Notes that a worker failed a task, let go of it, or sat on it: it rests, twice as long each time in a row. */
    async failed(worker: Address): Promise<void> {
      const { done, streak } = rowOf(worker);
      const rest = Math.min(restMs * 2 ** Math.min(streak, 30), mostRestMs);
      await change(worker, { done, streak: streak + 1, rests_until: new Date(now() + rest) });
      setTimeout(onRested, rest + 1).unref();
    },

    /** Takes back a failure that was the task's fault: nobody could do it. */
    async excuse(workers: readonly Address[]): Promise<void> {
      const oncePerIdentity = new Map(workers.map((worker) => [identityOf(worker), worker]));
      for (const worker of oncePerIdentity.values()) {
        const { done, streak } = rowOf(worker);
        await change(worker, { done, streak: Math.max(streak - 1, 0), rests_until: null });
      }
      onRested();
    },
  };
}
