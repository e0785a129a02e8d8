import type { Address, DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { Log } from "../log.js";
import type { Actions } from "./actions.js";
import type { Assignments } from "./assignments.js";
import type { PoolDeal } from "./chainTask.js";
import type { PoolMembership } from "./poolMembership.js";
import type { LiveTask, OpenTasks } from "./openTasks.js";
import type { AttemptLimits } from "./plan.js";
import type { PoolEvents } from "./poolEvents.js";
import type { Records } from "./records.js";
import type { StakeGuard } from "./stakeGuard.js";
import type { Standings } from "./standings.js";
import type { WorkerSessions } from "./workerSessions.js";

/** What an engine works with. */
export interface EngineOptions {
  readonly hub: IPoco;
  readonly actions: Actions;
  readonly events: PoolEvents;
  readonly records: Records;
  readonly sessions: WorkerSessions;
  readonly workerpool: Address;
  /** The account that runs the pool. */
  readonly scheduler: Address;
  readonly limits: AttemptLimits;
  readonly guard: StakeGuard;
  readonly standings: Standings;
  readonly members: PoolMembership;
  /** Called when deals were made or tasks ended: the pool may have more or less to offer. */
  readonly onChange: () => void;
  /** Milliseconds between reads of the chain. */
  readonly pollMs: number;
  readonly log: Log;
}

/** What a task's steps share with the engine. */
export interface EngineContext extends EngineOptions {
  readonly assignments: Assignments;
  readonly tasks: OpenTasks;
  readonly dealOf: (id: DealId) => Promise<PoolDeal | undefined>;
  /** Called when a task is over. */
  readonly onClosed: (task: LiveTask) => void;
}
