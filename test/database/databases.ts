import { randomUUID } from "node:crypto";

import { Client } from "pg";

import type { DatabaseLocation } from "@poco-marketplace/services/database/openDatabase.js";

/** A place for a database, and how to get rid of it. */
export interface TestDatabase {
  readonly location: DatabaseLocation;
  remove(): Promise<void>;
}

/**
 * A fresh database: in memory, or on the PostgreSQL server of `DATABASE_URL` where that is set. Every test of a service
 * asks for its database here, so that the same tests run on both.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = process.env["DATABASE_URL"];
  if (server === undefined) return { location: "memory", remove: () => Promise.resolve() };
  const name = `poco_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    location: { url: url.href },
    remove: () => onServer(server, `drop database ${name} with (force)`),
  };
}

async function onServer(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
