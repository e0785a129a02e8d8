import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { PoolDatabase } from "./tables.js";

/** How a pool treats workers by how they did. */
export interface Probation {
  /** How many tasks a worker must have done to be trusted with several at once: 3 by default. */
  readonly tasks: number;
  /** Milliseconds without work after a failure, twice as many after the next, and so on: 1,000 by default. */
  readonly restMs: number;
  /** The most of that: one hour by default. */
  readonly maxRestMs: number;
}

/** How a worker did at its tasks. */
export interface Standing {
  /** The platform that it proved, or the account itself. */
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
export const PROBATION: Probation = { tasks: 3, restMs: 1_000, maxRestMs: 3_600_000 };
/** Failures in a row after which those of a worker say nothing about a task. */
const FAILING = 3;

interface Row {
  readonly done: number;
  readonly streak: number;
  readonly rests_until: Date | null;
}

const UNKNOWN: Row = { done: 0, streak: 0, rests_until: null };

/**
 * How workers did, in a pool's database. A standing belongs to the worker's identity, which is the platform that it proved,
 * or else its account: a worker that comes back with another account has the standing that it had.
 */
export class Standings {
  readonly #database: PoolDatabase;
  readonly #probation: Probation;
  readonly #onRested: () => void;
  readonly #now: () => number;
  readonly #rows = new Map<string, Row>();
  readonly #identities = new Map<Address, string>();

  /**
   * Reads the standings in a pool's database.
   *
   * @param onRested - Called when a worker may have work again.
   * @param now - Milliseconds since 1970.
   */
  static async open(
    database: PoolDatabase,
    probation: Probation,
    onRested: () => void = () => undefined,
    now: () => number = Date.now,
  ): Promise<Standings> {
    const standings = new Standings(database, probation, onRested, now);
    await standings.#read();
    return standings;
  }

  private constructor(database: PoolDatabase, probation: Probation, onRested: () => void, now: () => number) {
    this.#database = database;
    this.#probation = probation;
    this.#onRested = onRested;
    this.#now = now;
  }

  /** Records the identity of a worker from now on. */
  async bind(worker: Address, identity: string): Promise<void> {
    if (this.#identityOf(worker) === identity) return;
    this.#identities.set(worker, identity);
    await this.#database
      .insertInto("member")
      .values({ worker, identity })
      .onConflict((conflict) => conflict.column("worker").doUpdateSet({ identity }))
      .execute();
  }

  /** The standing of a worker now. */
  of(worker: Address): Standing {
    const { done, streak, rests_until: restsUntil } = this.#rowOf(worker);
    return {
      identity: this.#identityOf(worker),
      streak,
      isNewcomer: done < this.#probation.tasks,
      isFailing: streak >= FAILING,
      isResting: restsUntil !== null && restsUntil.getTime() > this.#now(),
    };
  }

  /** Records that a worker completed a task. */
  async succeeded(worker: Address): Promise<void> {
    await this.#change(worker, { done: this.#rowOf(worker).done + 1, streak: 0, rests_until: null });
  }

  /** Records that a worker failed a task, took too long or timed out: it rests, twice as long each time in a row. */
  async failed(worker: Address): Promise<void> {
    const { restMs, maxRestMs } = this.#probation;
    const { done, streak } = this.#rowOf(worker);
    const rest = Math.min(restMs * 2 ** Math.min(streak, 30), maxRestMs);
    await this.#change(worker, { done, streak: streak + 1, rests_until: new Date(this.#now() + rest) });
    setTimeout(this.#onRested, rest + 1).unref();
  }

  /** Takes back a failure of each of these workers, which was the task's fault: nobody could do it. */
  async excuse(workers: readonly Address[]): Promise<void> {
    const oncePerIdentity = new Map(workers.map((worker) => [this.#identityOf(worker), worker]));
    for (const worker of oncePerIdentity.values()) {
      const { done, streak } = this.#rowOf(worker);
      await this.#change(worker, { done, streak: Math.max(streak - 1, 0), rests_until: null });
    }
    this.#onRested();
  }

  async #read(): Promise<void> {
    const rows = await this.#database.selectFrom("standing").selectAll().execute();
    for (const { identity, ...row } of rows) this.#rows.set(identity, row);
    const members = await this.#database.selectFrom("member").selectAll().execute();
    for (const { worker, identity } of members) this.#identities.set(worker, identity);
  }

  async #change(worker: Address, row: Row): Promise<void> {
    const identity = this.#identityOf(worker);
    this.#rows.set(identity, row);
    await this.#database
      .insertInto("standing")
      .values({ identity, ...row })
      .onConflict((conflict) => conflict.column("identity").doUpdateSet(row))
      .execute();
  }

  #identityOf(worker: Address): string {
    return this.#identities.get(worker) ?? worker;
  }

  #rowOf(worker: Address): Row {
    return this.#rows.get(this.#identityOf(worker)) ?? UNKNOWN;
  }
}
