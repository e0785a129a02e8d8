import { AttemptRecords } from "./attemptRecords.js";
import { DealRecords } from "./dealRecords.js";
import { TaskRecords } from "./taskRecords.js";
import type { PoolDatabase } from "./tables.js";

/** What a pool has written down of its deals, their tasks, and the attempts at them. */
export interface Records {
  readonly deals: DealRecords;
  readonly tasks: TaskRecords;
  readonly attempts: AttemptRecords;
}

/** The records in a pool's database. */
export function openRecords(database: PoolDatabase): Records {
  return {
    deals: new DealRecords(database),
    tasks: new TaskRecords(database),
    attempts: new AttemptRecords(database),
  };
}
