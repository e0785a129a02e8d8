import type { Kysely, Transaction } from "kysely";

import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { demand } from "./refusal.js";
import type { SecretTables } from "./tables.js";

/** What one enclave at a time works on: a task, or where several workers do a task, one worker's part in it. */
export interface Post {
  readonly taskId: TaskId;
  readonly worker: Address;
  /** The deal's trust: with at most 1, a single worker ends a task. */
  readonly trust: bigint;
}

/** What was released to whom. */
export interface Release {
  readonly taskId: TaskId;
  readonly dealId: Hex;
  readonly app: Address;
  readonly requester: Address;
  readonly worker: Address;
  readonly enclave: Address;
  /** What the quote measured. */
  readonly measurement: Hex;
  /** Serial number of the certificate of the platform's key. */
  readonly platform: Hex;
  /** FMSPC of the platform. */
  readonly model: Hex;
  /** What was released, in the words of people. */
  readonly names: readonly string[];
}

/** Remembers which enclave works on what now, and every release. */
export class EnclaveBook {
  readonly #database: Kysely<SecretTables>;

  constructor(database: Kysely<SecretTables>) {
    this.#database = database;
  }

  /**
   * Takes note of a release to an enclave, which becomes the one at its post unless the scheduler appointed another.
   *
   * @throws SecretRefusal when another enclave took its place, or was appointed
   */
  async release(post: Post, release: Release): Promise<void> {
    const scope = scopeOf(post);
    const enclave = release.enclave.toLowerCase();
    await this.#database.transaction().execute(async (transaction) => {
      const current = await lockPost(transaction, scope, enclave);
      const isFormer = await hasBeen(transaction, scope, enclave);
      const isCurrent = current.enclave === enclave;
      const mayBecome = current.sequence === null && !isFormer;
      demand(isCurrent || mayBecome, "EnclaveSuperseded", {
        taskId: post.taskId,
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
   * Makes an enclave the one at its post, by the will of the scheduler; the zero address makes it none.
   *
   * @param sequence higher than that of the appointment before, so that none is brought back
   * @throws SecretRefusal
   */
  async appoint(post: Post, { enclave, sequence }: { enclave: Address; sequence: bigint }): Promise<void> {
    const scope = scopeOf(post);
    const appointed = enclave.toLowerCase();
    await this.#database.transaction().execute(async (transaction) => {
      const current = await lockPost(transaction, scope, appointed);
      const latest = current.sequence ?? -1n;
      const isSame = latest === sequence && current.enclave === appointed;
      demand(isSame || sequence > latest, "AppointmentOutdated", { taskId: post.taskId, sequence, latest });
      await replace(transaction, scope, { before: current.enclave, enclave: appointed, sequence });
    });
  }

  /** Everything that was released for a task, the oldest first. */
  releasesOf(taskId: TaskId) {
    return this.#database.selectFrom("release").selectAll().where("task", "=", taskId).orderBy("id").execute();
  }
}

function scopeOf({ taskId, worker, trust }: Post): string {
  return trust <= 1n ? taskId : `${taskId} ${worker.toLowerCase()}`;
}

/** The one at a post, which is `enclave` if there was none; nobody else changes it until the transaction ends. */
async function lockPost(transaction: Transaction<SecretTables>, scope: string, enclave: string) {
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

async function hasBeen(transaction: Transaction<SecretTables>, scope: string, enclave: string): Promise<boolean> {
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
