import { createHash, randomBytes } from "node:crypto";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** When a scheduler answers its workers at the latest, and when it gives them up, in milliseconds. */
export interface SessionTimeouts {
  /** How long a request for assignments is held when there is nothing to do. */
  readonly holdMs: number;
  /** How long a worker may have no request open before it counts as disconnected. */
  readonly graceMs: number;
}

interface Connection {
  /** How many tasks the worker takes at once. */
  slots: number;
  /** How many of its requests are held now. */
  heldRequests: number;
  /** When its last request arrived or was answered, on the clock of `now`. */
  lastSeen: number;
  /** Each ends one held request. */
  readonly wakers: Set<() => void>;
}

/**
 * The workers that joined a pool, and which of them are connected. All of it is in memory: after a restart, workers join
 * again.
 */
export class WorkerSessions {
  readonly #timeouts: SessionTimeouts;
  readonly #now: () => number;
  readonly #startedAt: number;
  /** In the order in which the workers were given work, those who waited longest first. */
  readonly #connections = new Map<Address, Connection>();
  /** Workers by the hashes of their sessions. */
  readonly #sessions = new Map<string, Address>();

  constructor(timeouts: SessionTimeouts, now: () => number = () => performance.now()) {
    this.#timeouts = timeouts;
    this.#now = now;
    this.#startedAt = now();
  }

  /** Opens a session for a worker, in the place of any that it had. */
  open(worker: Address, slots: number): string {
    this.#endSessionsOf(worker);
    const connection = this.#connections.get(worker) ?? { slots, heldRequests: 0, lastSeen: 0, wakers: new Set() };
    connection.slots = slots;
    connection.lastSeen = this.#now();
    this.#connections.set(worker, connection);
    const session = randomBytes(32).toString("hex");
    this.#sessions.set(hash(session), worker);
    return session;
  }

  /** The worker that has a session. */
  workerOf(session: string): Address | undefined {
    return this.#sessions.get(hash(session));
  }

  /** Ends the session of a worker, and its held requests. */
  close(worker: Address): void {
    this.#endSessionsOf(worker);
    const connection = this.#connections.get(worker);
    this.#connections.delete(worker);
    for (const wake of connection?.wakers ?? []) wake();
  }

  /** Holds a request until `wake` is called, the time is up, or the worker closes the connection. */
  async hold(worker: Address, isGone: AbortSignal): Promise<void> {
    const connection = this.#connections.get(worker);
    if (connection === undefined || isGone.aborted) return;
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    connection.heldRequests++;
    connection.wakers.add(wake);
    const timer = setTimeout(wake, this.#timeouts.holdMs);
    const end = () => wake();
    isGone.addEventListener("abort", end, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      isGone.removeEventListener("abort", end);
      connection.wakers.delete(wake);
      connection.heldRequests--;
      connection.lastSeen = this.#now();
    }
  }

  /** Records that a request of a worker arrived. */
  recordContact(worker: Address): void {
    const connection = this.#connections.get(worker);
    if (connection !== undefined) connection.lastSeen = this.#now();
  }

  /** Has the held requests of a worker answered now. */
  wake(worker: Address): void {
    for (const wake of this.#connections.get(worker)?.wakers ?? []) wake();
  }

  /** Records that a worker was given work: of workers with as little to do, those who waited longest are next. */
  recordAssignment(worker: Address): void {
    const connection = this.#connections.get(worker);
    if (connection === undefined) return;
    this.#connections.delete(worker);
    this.#connections.set(worker, connection);
  }

  /** Whether a worker has joined since this process began. */
  hasJoined(worker: Address): boolean {
    return this.#connections.has(worker);
  }

  /** Whether a worker that was given work may still do it. One that did not join yet after a restart has time to. */
  isConnected(worker: Address): boolean {
    const connection = this.#connections.get(worker);
    const lastSeen = connection?.lastSeen ?? this.#startedAt;
    return (connection?.heldRequests ?? 0) > 0 || this.#now() - lastSeen <= this.#timeouts.graceMs;
  }

  /** The connected workers, with how many tasks each takes at once; those who were given work last are last. */
  connected(): { worker: Address; slots: number }[] {
    return [...this.#connections]
      .filter(([worker]) => this.isConnected(worker))
      .map(([worker, { slots }]) => ({ worker, slots }));
  }

  /** Ends all held requests. */
  endHeldRequests(): void {
    for (const { wakers } of this.#connections.values()) for (const wake of wakers) wake();
  }

  #endSessionsOf(worker: Address): void {
    for (const [key, address] of this.#sessions) if (address === worker) this.#sessions.delete(key);
  }
}

function hash(session: string): string {
  return createHash("sha256").update(session).digest("hex");
}
