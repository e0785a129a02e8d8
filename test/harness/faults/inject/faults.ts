import { setTimeout as sleep } from "node:timers/promises";

import type { Random } from "../../random.js";
import type { Violation } from "../judge/violation.js";
import type { World } from "../world/world.js";
import { crowd } from "./connections.js";
import { attackAll } from "./hostile.js";
import { reorg } from "./reorg.js";
import { startRogue, type Rogue } from "./rogue.js";
import type { Vice } from "./rogueWorker.js";

/** A fault of a run. */
export interface Fault {
  readonly name: string;
  readonly summary: string;
  /** Acts before the run's deals are made. */
  readonly begin?: (world: World) => Promise<Rogue>;
  /** Acts at some moment during the tasks. Resolves when the fault is over, with the rules that were violated. */
  readonly inject?: (world: World, random: Random) => Promise<readonly Violation[] | void>;
  /** The parts that the network must have for this fault. */
  readonly needs?: "chainProxy" | "databaseProxy";
}

/** The time for which a service is down, in milliseconds. */
const DOWN = 10_000;
const REORG_BLOCKS = 3;
const CROWD = 10_000;

const SERVICES = ["chain", "market", "sms", "store", "indexer", "scheduler"] as const;
/** The processes of which some networks have several. */
const WORKERS = ["worker 1", "worker 2", "worker 3"] as const;

const kills = [...SERVICES, ...WORKERS].map((title): Fault => ({
  name: `kill-${title.replace(" ", "-")}`,
  summary: `kill -9 of ${title}`,
  inject: (world) => {
    const pid = world.pidOf(title);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    return Promise.resolve();
  },
}));

const VICES: Readonly<Record<Vice, string>> = {
  hangs: "takes tasks and does nothing about them",
  disk: "has a full disk",
  nothing: "says that it delivered, and did not",
  lies: "contributes what is not so, in an enclave that is none",
  twice: "says everything twice",
};
const rogues = Object.entries(VICES).map(([vice, summary]): Fault => ({
  name: `worker-${vice}`,
  summary: `a worker that ${summary}`,
  begin: (world) => startRogue(vice as Vice, world),
}));

/** All faults, by name. */
export const FAULTS: readonly Fault[] = [
  ...kills,
  {
    name: "rpc-down",
    summary: "the node refuses connections for 10 s",
    needs: "chainProxy",
    async inject({ chainProxy }) {
      chainProxy!.cut();
      await sleep(DOWN);
      chainProxy!.mend();
    },
  },
  {
    name: "rpc-silent",
    summary: "the node says nothing for 10 s (SIGSTOP)",
    async inject(world) {
      const pid = world.pidOf("chain")!;
      process.kill(pid, "SIGSTOP");
      await sleep(DOWN);
      process.kill(pid, "SIGCONT");
    },
  },
  {
    name: "database-down",
    summary: "PostgreSQL refuses connections for 10 s",
    needs: "databaseProxy",
    async inject({ databaseProxy }) {
      databaseProxy!.cut();
      await sleep(DOWN);
      databaseProxy!.mend();
    },
  },
  ...rogues,
  {
    name: "reorg",
    summary: "3 blocks are replaced by others with the same transactions, later",
    inject: ({ provider }) => reorg(provider, REORG_BLOCKS, { lost: new Set() }),
  },
  {
    name: "reorg-lossy",
    summary: "3 blocks are replaced by others, without the transactions of the pool and its workers",
    inject: ({ provider, network }) => {
      const pool = network.accounts.filter(({ role }) => role === "workerpool owner" || role.startsWith("worker "));
      return reorg(provider, REORG_BLOCKS, { lost: new Set(pool.map(({ address }) => address.toLowerCase())) });
    },
  },
  {
    name: "hostile-input",
    summary: "every service is sent what it must refuse: bodies, names, signatures, replayed logins",
    inject: unharmed(attackAll),
  },
  {
    name: "connections",
    summary: "10,000 connections at once to one service",
    inject: unharmed(async ({ network }, random) => {
      const { rpc, market, sms, ipfsNode, compass, scheduler } = network;
      const { opened, violations } = await crowd(random.pick([rpc, market, sms, ipfsNode, compass, scheduler!]), CROWD);
      if (opened === CROWD) return violations;
      return [...violations, { law: "services", what: `only ${opened} of ${CROWD} connections were let in` }];
    }),
  },
];

/** The processes that must not end because of the fault. */
function unharmed(
  inject: (world: World, random: Random) => Promise<readonly Violation[]>,
): NonNullable<Fault["inject"]> {
  return async (world, random) => {
    const titles = [...SERVICES, ...world.workers];
    const before = titles.map((title) => world.pidOf(title));
    const found = await inject(world, random);
    const gone = titles.filter((title, i) => world.pidOf(title) !== before[i]);
    return [...found, ...gone.map((title): Violation => ({ law: "services", what: `${title} ended` }))];
  };
}
