import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readNetworkOptions } from "@poco-marketplace/cli/network/options.js";
import { accountsOf } from "@poco-marketplace/cli/network/chain/accounts.js";
import { startNetwork } from "@poco-marketplace/cli/network/startNetwork.js";
import { openStateFolder } from "@poco-marketplace/cli/network/stateFolder.js";
import type { SupervisedProcess } from "@poco-marketplace/cli/network/supervise.js";
import { startPostgres } from "./postgres.js";
import { openProxy, type Proxy } from "./proxy.js";
import { enterWorld, type World } from "./world.js";

/** The number of honest workers. */
const WORKERS = 3;

/** A world with a network of its own. */
export interface OwnWorld {
  readonly world: World;
  /** Stops the network and its servers. */
  close(): Promise<void>;
}

/** Starts a network whose chain and database can be cut off. Its folder is removed at the end, unless it is to stay. */
export async function createWorld({ keep }: { readonly keep: boolean }): Promise<OwnWorld> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    return { world: await build(closers, keep), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(closers: (() => Promise<unknown>)[], keep: boolean): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "faults-"));
  if (!keep) closers.push(() => rm(root, { recursive: true, force: true }));
  const database = await startPostgres();
  if (database !== undefined) closers.push(() => database.stop());
  const databaseProxy = database === undefined ? undefined : await openProxy(database.port);
  if (databaseProxy !== undefined) closers.push(() => databaseProxy.close());
  // The network's processes inherit this.
  if (database !== undefined) process.env["DATABASE_URL"] = database.url(databaseProxy!.port);
  else delete process.env["DATABASE_URL"];

  const folder = join(root, "state");
  const rogue = accountsOf(WORKERS + 1).at(-1)!.address;
  const said = { state: folder, port: "0", workers: `${WORKERS}`, admitWorkers: rogue };
  const options = readNetworkOptions(said, {});
  const state = await openStateFolder(folder, { isFresh: false });
  const processes: SupervisedProcess[] = [];
  const lines: string[] = [];
  let chainProxy: Proxy | undefined;
  closers.push(async () => {
    for (const one of processes.toReversed()) await one.stop();
    await chainProxy?.close();
  });
  const network = await startNetwork(options, state, {
    processes,
    print: (line) => lines.push(line),
    reach: async (rpc) => {
      chainProxy = await openProxy(Number(new URL(rpc).port));
      return `http://127.0.0.1:${chainProxy.port}`;
    },
  });
  const world = await enterWorld({
    network,
    folder,
    pidOf: (title) => processes.find((one) => one.title === title)?.pid(),
    said: () => lines.join("\n"),
    chainProxy: chainProxy!,
    ...(databaseProxy !== undefined && { databaseProxy, databaseUrl: database!.url(database!.port) }),
  });
  closers.push(() => Promise.resolve(world.leave()));
  return world;
}
