import type { Generated, GeneratedAlways } from "kysely";
import type { Migration } from "kysely/migration";

import type { DatabaseDefinition } from "../database/openDatabase.js";

/** The tables of the secret service. Addresses and hashes are hex in lower case. */
export interface SecretTables {
  /** One row: the chain, the hub and the master key that everything here belongs to. */
  vault: { id: number; chain_id: bigint; hub: string; seal: Uint8Array };
  secret: { kind: string; address: string; name: string; sealed: Uint8Array; since: Generated<Date> };
  /** Fingerprints of the secrets that were replaced. */
  replaced: { fingerprint: Uint8Array };
  /**
   * The enclave that is assigned to a task, or to a worker's part in it; with a number where the scheduler appointed
   * it.
   */
  current_enclave: { scope: string; enclave: string; sequence: bigint | null; since: Generated<Date> };
  /** Enclaves that another one replaced. */
  former_enclave: { scope: string; enclave: string };
  /** Every release: which enclave got which secrets, when, and on what evidence. */
  release: {
    id: GeneratedAlways<number>;
    at: Generated<Date>;
    task: string;
    deal: string;
    app: string;
    requester: string;
    worker: string;
    enclave: string;
    measurement: string;
    /** The serial number of the certificate of the platform's key, and its model (FMSPC). */
    platform: string;
    model: string;
    /** The secrets that were released, by name. */
    names: string;
  };
}

const first: Migration = {
  async up(database) {
    const { schema } = database;
    await schema
      .createTable("vault")
      .addColumn("id", "int4", (column) => column.primaryKey())
      .addColumn("chain_id", "numeric(78, 0)", (column) => column.notNull())
      .addColumn("hub", "text", (column) => column.notNull())
      .addColumn("seal", "bytea", (column) => column.notNull())
      .execute();
    await schema
      .createTable("secret")
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("address", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("sealed", "bytea", (column) => column.notNull())
      .addColumn("since", "timestamptz", (column) => column.notNull().defaultTo(database.fn("now")))
      .addPrimaryKeyConstraint("secret_key", ["kind", "address", "name"])
      .execute();
    await schema
      .createTable("replaced")
      .addColumn("fingerprint", "bytea", (column) => column.primaryKey())
      .execute();
    await schema
      .createTable("current_enclave")
      .addColumn("scope", "text", (column) => column.primaryKey())
      .addColumn("enclave", "text", (column) => column.notNull())
      .addColumn("sequence", "numeric(78, 0)")
      .addColumn("since", "timestamptz", (column) => column.notNull().defaultTo(database.fn("now")))
      .execute();
    await schema
      .createTable("former_enclave")
      .addColumn("scope", "text", (column) => column.notNull())
      .addColumn("enclave", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("former_enclave_key", ["scope", "enclave"])
      .execute();
    let release = schema
      .createTable("release")
      .addColumn("id", "int8", (column) => column.generatedAlwaysAsIdentity().primaryKey())
      .addColumn("at", "timestamptz", (column) => column.notNull().defaultTo(database.fn("now")));
    for (const name of [
      "task",
      "deal",
      "app",
      "requester",
      "worker",
      "enclave",
      "measurement",
      "platform",
      "model",
      "names",
    ]) {
      release = release.addColumn(name, "text", (column) => column.notNull());
    }
    await release.execute();
    await schema.createIndex("release_task").on("release").column("task").execute();
  },
};

/** The database of the secret service, with its migrations. */
export const SECRET_DATABASE: DatabaseDefinition = { name: "sms", migrations: { "001": first } };
