import type { Kysely, Transaction } from "kysely";

import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertRequest } from "./refusal.js";
import type { SecretTables } from "./tables.js";

/** The work that one enclave at a time does: a task or, where several workers do a task, the part of one worker. */
export interface TaskSlot {
  readonly taskId: TaskId;
  readonly worker: Address;
  /** The deal's trust: up to 1, a single worker completes a task. */
  readonly trust: bigint;
}

/** A record of the secrets that an enclave got. */
export interface Release {
  readonly taskId: TaskId;
  readonly dealId: Hex;
  readonly app: Address;
  readonly requester: Address;
  readonly worker: Address;
  readonly enclave: Address;
  /** The measurement in the quote, or the digest of the image there. */
  readonly measurement: Hex;
  /** Serial number of the certificate of the platform's key. */
  readonly platform: Hex;
  /** FMSPC of the platform. */
  readonly model: Hex;
  /** The secrets that were released, as descriptions for people. */
  readonly names: readonly string[];
}

/** The enclave that is assigned to each task now, and every release of secrets. */
export class EnclaveAssignments {
  readonly #database: Kysely<SecretTables>;

  constructor(database: Kysely<SecretTables>) {
    this.#database = database;
  }

  /**
   * Records a release to an enclave, which is assigned to the task unless the scheduler appointed another one.
   *
   * @throws {@link SecretRefusal} when another enclave replaced it, or was appointed
   */
  async recordRelease(slot: TaskSlot, release: Release): Promise<void> {
    const scope = scopeOf(slot);
    const enclave = release.enclave.toLowerCase();
    await this.#database.transaction().execute(async (transaction) => {
      const current = await lockSlot(transaction, scope, enclave);
      const isFormer = await wasReplaced(transaction, scope, enclave);
      const isCurrent = current.enclave === enclave;
      const mayBecome = current.sequence === null && !isFormer;
      assertRequest(isCurrent || mayBecome, "EnclaveSuperseded", {
        taskId: slot.taskId,
        enclave: release.enclave,
        current: current.enclave as Address,
      });
      if (!isCurrent) await replace(transaction, scope, { before: current.enclave, enclave, sequence: null });
      const { taskId, dealId, names, ...rest } = release;
      const row = { ...rest, task: taskId, deal: dealId, names: names.join(", ") };
      await transaction.insertInto("release").values(row).execute();
    });
  }

  /**
   * Assigns an enclave because the scheduler appointed it; with the zero address, no enclave is assigned.
   *
   * @param sequence - A number above that of the last appointment, so that an old appointment cannot be replayed.
   * @throws {@link SecretRefusal}
   */
  async appoint(slot: TaskSlot, { enclave, sequence }: { enclave: Address; sequence: bigint }): Promise<void> {
    const scope = scopeOf(slot);
    const appointed = enclave.toLowerCase();
    await this.#database.transaction().execute(async (transaction) => {
      const current = await lockSlot(transaction, scope, appointed);
      const latest = current.sequence ?? -1n;
      const isSame = latest === sequence && current.enclave === appointed;
      assertRequest(isSame || sequence > latest, "AppointmentOutdated", { taskId: slot.taskId, sequence, latest });
      await replace(transaction, scope, { before: current.enclave, enclave: appointed, sequence });
    });
  }

  /** All releases for a task, the oldest first. */
  releasesOf(taskId: TaskId) {
    return this.#database.selectFrom("release").selectAll().where("task", "=", taskId).orderBy("id").execute();
  }
}

function scopeOf({ taskId, worker, trust }: TaskSlot): string {
  return trust <= 1n ? taskId : `${taskId} ${worker.toLowerCase()}`;
}

/** Reads the enclave of a slot, which is `enclave` if there was none, and locks it until the transaction ends. */
async function lockSlot(transaction: Transaction<SecretTables>, scope: string, enclave: string) {
  await transaction
    .insertInto("current_enclave")
    .values({ scope, enclave, sequence: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return transaction
    .selectFrom("current_enclave")
    .select(["enclave", "sequence"])
    .where("scope", "=", scope)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

async function wasReplaced(transaction: Transaction<SecretTables>, scope: string, enclave: string): Promise<boolean> {
  const row = await transaction
    .selectFrom("former_enclave")
    .select("enclave")
    .where((is) => is.and({ scope, enclave }))
    .executeTakeFirst();
  return row !== undefined;
}

async function replace(
  transaction: Transaction<SecretTables>,
  scope: string,
  { before, enclave, sequence }: { before: string; enclave: string; sequence: bigint | null },
): Promise<void> {
  if (before !== enclave) {
    await transaction
      .insertInto("former_enclave")
      .values({ scope, enclave: before })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await transaction
    .updateTable("current_enclave")
    .set({ enclave, sequence, since: new Date() })
    .where("scope", "=", scope)
    .execute();
}
