import type { Generated, GeneratedAlways } from "kysely";
import type { Migration } from "kysely/migration";

import type { DatabaseDefinition } from "../database/openDatabase.js";

/** What the secret service keeps. Addresses and hashes are hex in lower case. */
export interface SecretTables {
  /** One row: which chain, hub and master key everything here belongs to. */
  vault: { id: number; chain_id: bigint; hub: string; seal: Uint8Array };
  secret: { kind: string; address: string; name: string; sealed: Uint8Array; since: Generated<Date> };
  /** Fingerprints of what was signed to push secrets that were replaced since. */
  replaced: { fingerprint: Uint8Array };
  /** The enclave that works on a task, or for one of its workers; with a number where the scheduler appointed it. */
  current_enclave: { scope: string; enclave: string; sequence: bigint | null; since: Generated<Date> };
  /** Enclaves whose place another one took. */
  former_enclave: { scope: string; enclave: string };
  /** Every release: who got what, when, and on what evidence. */
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
    /** What was released, by name. */
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

/** The tables, and how they came to be. */
export const SECRET_DATABASE: DatabaseDefinition = { name: "sms", migrations: { "001": first } };
