import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Violation } from "./violation.js";

/** An entry of the secret service's log, in order. */
export interface SmsEntry {
  readonly kind: "appointed" | "released";
  readonly task: TaskId;
  readonly worker: Address;
  readonly enclave: Address;
}

/** The author of a contribution on chain. */
export interface ContributionFacts {
  readonly task: TaskId;
  readonly worker: Address;
  readonly enclave: Address;
}

/**
 * Checks that secrets went only to the enclave that the scheduler had appointed last for the task, and to the worker that it was
 * appointed for. This is for tasks with one worker.
 */
export function judgeReleases(log: readonly SmsEntry[]): Violation[] {
  const current = new Map<TaskId, SmsEntry>();
  const found: Violation[] = [];
  for (const entry of log) {
    if (entry.kind === "appointed") {
      current.set(entry.task, entry);
      continue;
    }
    const appointed = current.get(entry.task);
    if (appointed?.enclave === entry.enclave && appointed.worker === entry.worker) continue;
    const who = appointed === undefined ? "none was appointed" : `${appointed.enclave} was appointed`;
    found.push({
      law: "secrets",
      what: `the secrets of task ${entry.task} went to enclave ${entry.enclave} of ${entry.worker}, while ${who}`,
    });
  }
  return found;
}

/** Checks that every release in the service's database is in its log, and that contributing enclaves had been appointed. */
export function judgeRecords(
  log: readonly SmsEntry[],
  { rows, contributions }: { rows: readonly Omit<SmsEntry, "kind">[]; contributions: readonly ContributionFacts[] },
): Violation[] {
  const key = ({ task, worker, enclave }: Omit<SmsEntry, "kind">) => `${task} ${worker} ${enclave}`.toLowerCase();
  const appointed = new Set(log.filter(({ kind }) => kind === "appointed").map(key));
  const strange = rows.filter((row) => !appointed.has(key(row)));
  const uninvited = contributions.filter((each) => BigInt(each.enclave) !== 0n && !appointed.has(key(each)));
  return [
    ...strange.map(({ task, enclave }): Violation => {
      return { law: "secrets", what: `the database has a release for task ${task} to ${enclave}, never appointed` };
    }),
    ...uninvited.map(({ task, enclave }): Violation => {
      return { law: "secrets", what: `enclave ${enclave} contributed to task ${task} without having been appointed` };
    }),
  ];
}
