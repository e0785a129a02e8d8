import { createHash, randomBytes } from "node:crypto";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** How patient a scheduler is with its workers, in milliseconds. */
export interface Patience {
  /** How long a request for duties is held when there is nothing to do. */
  readonly holdMs: number;
  /** How long a worker may have no request open before it counts as lost. */
  readonly graceMs: number;
}

interface Member {
  slots: number;
  /** Requests that are held now. */
  held: number;
  /** When it was last heard, on the clock of `now`. */
  seen: number;
  readonly waiting: Set<() => void>;
}

/** Who has joined, and is there. Kept in memory: after a restart, workers join again. */
export type Roster = ReturnType<typeof openRoster>;

/** An empty roster. */
export function openRoster({ graceMs, holdMs }: Patience, now: () => number = () => performance.now()) {
  const members = new Map<Address, Member>();
  const sessions = new Map<string, Address>();
  const openedAt = now();

  return {
    /** Lets a worker in, and gives it a session in the place of any that it had. */
    join(worker: Address, slots: number): string {
      for (const [key, address] of sessions) if (address === worker) sessions.delete(key);
      const member = members.get(worker) ?? { slots, held: 0, seen: 0, waiting: new Set() };
      member.slots = slots;
      member.seen = now();
      members.set(worker, member);
      const session = randomBytes(32).toString("hex");
      sessions.set(hash(session), worker);
      return session;
    },

    /** Whose session it is. */
    workerOf(session: string): Address | undefined {
      return sessions.get(hash(session));
    },

    /** Lets a worker go that says goodbye. */
    leave(worker: Address): void {
      for (const [key, address] of sessions) if (address === worker) sessions.delete(key);
      const member = members.get(worker);
      members.delete(worker);
      for (const wake of member?.waiting ?? []) wake();
    },

    /** Holds a request until there is something to do (`wake`), the time is up, or the other side hangs up. */
    async hold(worker: Address, isGone: AbortSignal): Promise<void> {
      const member = members.get(worker);
      if (member === undefined || isGone.aborted) return;
      member.held++;
      let wake!: () => void;
      const woken = new Promise<void>((resolve) => (wake = resolve));
      member.waiting.add(wake);
      const timer = setTimeout(wake, holdMs);
      isGone.addEventListener("abort", wake, { once: true });
      try {
        await woken;
      } finally {
        clearTimeout(timer);
        isGone.removeEventListener("abort", wake);
        member.waiting.delete(wake);
        member.held--;
        member.seen = now();
      }
    },

    /** Notes that a worker was heard. */
    see(worker: Address): void {
      const member = members.get(worker);
      if (member !== undefined) member.seen = now();
    },

    /** Lets a worker whose request is held look again. */
    wake(worker: Address): void {
      for (const wake of members.get(worker)?.waiting ?? []) wake();
    },

    /** Notes that a worker was given work: of workers with as little to do, those who rested longest are next. */
    give(worker: Address): void {
      const member = members.get(worker);
      if (member === undefined) return;
      members.delete(worker);
      members.set(worker, member);
    },

    /** Whether a worker has joined, since this process began. */
    hasJoined: (worker: Address): boolean => members.has(worker),

    /** Whether a worker that was given work may still be at it. Of those that did not join yet nothing is known for a while. */
    isThere(worker: Address): boolean {
      const member = members.get(worker);
      const seen = member?.seen ?? openedAt;
      return (member?.held ?? 0) > 0 || now() - seen <= graceMs;
    },

    /** The workers that are there, with how much each takes at once; last those who were given work last. */
    present(): { worker: Address; slots: number }[] {
      return [...members].filter(([worker]) => this.isThere(worker)).map(([worker, { slots }]) => ({ worker, slots }));
    },

    /** Ends all held requests. */
    dismiss(): void {
      for (const { waiting } of members.values()) for (const wake of waiting) wake();
    },
  };
}

function hash(session: string): string {
  return createHash("sha256").update(session).digest("hex");
}
