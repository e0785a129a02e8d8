import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { Client } from "pg";

const run = promisify(execFile);

/** A PostgreSQL server for one network. */
export interface Database {
  readonly port: number;
  /** The URL of the database through a port, this one or a proxy's. */
  url(port: number): string;
  stop(): Promise<void>;
}

/** Starts a server in a folder that is removed with it; undefined if PostgreSQL (Debian's package postgresql) is not installed. */
export async function startPostgres(): Promise<Database | undefined> {
  const initdb = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().at(-1);
  if (initdb === undefined) return undefined;
  const bin = dirname(initdb);
  const folder = await mkdtemp(join(tmpdir(), "faults-postgres-"));
  const isRoot = userInfo().uid === 0;
  // PostgreSQL refuses to run as root.
  const words = (program: string, ...rest: readonly string[]): [string, string[]] =>
    isRoot ? ["runuser", ["-u", "postgres", "--", program, ...rest]] : [program, [...rest]];
  if (isRoot) {
    const { stdout } = await run("id", ["-u", "postgres"]);
    await chown(folder, Number(stdout), -1);
  }
  const data = join(folder, "data");
  await run(...words(initdb, "--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"));
  const port = await freePort();
  const options = ["-p", `${port}`, "-c", "listen_addresses=127.0.0.1", "-k", folder, "-c", "fsync=off"];
  // The limit exceeds the connections of all services together, also while cut connections are still closing.
  const server = spawn(...words(join(bin, "postgres"), "-D", data, ...options, "-c", "max_connections=300"), {
    stdio: "ignore",
  });
  await isUp(urlAt(port));
  return {
    port,
    url: urlAt,
    async stop() {
      const gone = once(server, "exit");
      await run(...words(join(bin, "pg_ctl"), "--pgdata", data, "--mode", "immediate", "stop"));
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function urlAt(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function isUp(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (attempt === 300) throw error;
      await sleep(100);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
