import type { Kysely } from "kysely";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { readMasterKey, MasterKeyError, type MasterKeySource } from "./masterKey.js";
import { UnreadableSecretError, SecretBox } from "./secretBox.js";
import { secretChallenge, type SecretRef } from "@poco-marketplace/sdk/wire/secretRef.js";
import type { SecretTables } from "./tables.js";

/** The hub, and its chain, that secrets belong to: addresses of assets and ids of tasks mean nothing on another. */
export interface HubOnChain {
  readonly chainId: bigint;
  readonly hub: Address;
}

/** A database whose secrets belong to another chain or hub. */
export class WrongHubError extends Error {
  override readonly name = "WrongHubError";

  constructor(stored: HubOnChain, configured: HubOnChain) {
    const [there, here] = [stored, configured].map(({ chainId, hub }) => `hub ${hub} on chain ${chainId}`);
    super(`The secrets in this database belong to ${there}, not to ${here}: use another database.`);
  }
}

const SEAL_LABEL = "vault";
const SEALED_TEXT = "these secrets are of this key";

/** Secrets in a database, each encrypted and bound to its row. */
export class SecretStore {
  readonly #database: Kysely<SecretTables>;
  readonly #box: SecretBox;

  private constructor(database: Kysely<SecretTables>, box: SecretBox) {
    this.#database = database;
    this.#box = box;
  }

  /**
   * Opens the secrets of a hub under a master key, which a new database makes its own.
   *
   * @throws {@link MasterKeyError} when there is none, or another; {@link WrongHubError}
   */
  static async open(database: Kysely<SecretTables>, source: MasterKeySource, owner: HubOnChain): Promise<SecretStore> {
    const isNew = (await database.selectFrom("vault").select("id").executeTakeFirst()) === undefined;
    const box = new SecretBox(await readMasterKey(source, () => isNew));
    const row = {
      id: 1,
      chain_id: owner.chainId,
      hub: owner.hub.toLowerCase(),
      seal: box.seal(SEAL_LABEL, SEALED_TEXT),
    };
    await database
      .insertInto("vault")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();

    const { chain_id, hub, seal } = await database.selectFrom("vault").selectAll().executeTakeFirstOrThrow();
    if (chain_id !== row.chain_id || hub !== row.hub) {
      throw new WrongHubError({ chainId: chain_id, hub: hub as Address }, owner);
    }
    try {
      box.open(SEAL_LABEL, seal);
    } catch (cause) {
      if (!(cause instanceof UnreadableSecretError)) throw cause;
      const where = "file" in source ? `in ${source.file}` : "that was given";
      throw new MasterKeyError(
        `The master key ${where} is not the one that this database was made with: give that one, or use ` +
          "another database.",
        { cause },
      );
    }
    return new SecretStore(database, box);
  }

  async has(ref: SecretRef): Promise<boolean> {
    return (await this.#row(ref)) !== undefined;
  }

  /**
   * Reads a secret, if there is one.
   *
   * @throws {@link UnreadableSecretError}
   */
  async get(ref: SecretRef): Promise<string | undefined> {
    const row = await this.#row(ref);
    return row === undefined ? undefined : this.#box.open(labelOf(ref), row.sealed);
  }

  /** Stores a secret; answers false where there is one already. */
  async add(ref: SecretRef, secret: string): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#database
      .insertInto("secret")
      .values({ ...keyOf(ref), sealed: this.#box.seal(labelOf(ref), secret) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  /** Replaces a secret. A secret that was replaced before is refused, so that it cannot be replayed. */
  replace(ref: SecretRef, secret: string): Promise<"replaced" | "missing" | "replayed"> {
    return this.#database.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom("secret")
        .select("sealed")
        .where((is) => is.and(keyOf(ref)))
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) return "missing";
      const before = this.#box.open(labelOf(ref), row.sealed);
      if (before === secret) return "replaced";

      const fingerprint = this.#fingerprint(ref, secret);
      const replayed = await transaction
        .selectFrom("replaced")
        .select("fingerprint")
        .where("fingerprint", "=", fingerprint)
        .executeTakeFirst();
      if (replayed !== undefined) return "replayed";

      await transaction
        .insertInto("replaced")
        .values({ fingerprint: this.#fingerprint(ref, before) })
        .execute();
      await transaction
        .updateTable("secret")
        .set({ sealed: this.#box.seal(labelOf(ref), secret), since: new Date() })
        .where((is) => is.and(keyOf(ref)))
        .execute();
      return "replaced";
    });
  }

  #row(ref: SecretRef) {
    return this.#database
      .selectFrom("secret")
      .select("sealed")
      .where((is) => is.and(keyOf(ref)))
      .executeTakeFirst();
  }

  #fingerprint(ref: SecretRef, secret: string): Uint8Array {
    return this.#box.fingerprint(`${ref.kind} ${secretChallenge(ref, secret)}`);
  }
}

function keyOf({ kind, address, name }: SecretRef) {
  return { kind, address: address.toLowerCase(), name };
}

function labelOf(ref: SecretRef): string {
  const { kind, address, name } = keyOf(ref);
  return `secret ${kind} ${address} ${name}`;
}
