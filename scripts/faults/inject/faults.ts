import { setTimeout as sleep } from "node:timers/promises";

import type { Random } from "../../differential/generate/random.js";
import type { Violation } from "../judge/violation.js";
import { WORKERS, type World } from "../world/openWorld.js";
import { reorganise } from "./reorganise.js";
import { startRogue } from "./rogue.js";
import type { Vice } from "./rogueWorker.js";

/** Something that goes wrong in a run. */
export interface Fault {
  readonly name: string;
  readonly summary: string;
  /** Before the run's deals are made. Returns what ends it. */
  readonly begin?: (world: World) => Promise<() => Promise<void>>;
  /** At some moment while they are worked on. Ends with it, and says what was not as it should be. */
  readonly strike?: (world: World, random: Random) => Promise<readonly Violation[] | void>;
  /** Whether it needs PostgreSQL. */
  readonly needsPostgres?: true;
}

/** How long a service is down, in milliseconds. */
const DOWN = 10_000;
const REORGANISATION = 3;

const SERVICES = ["chain", "market", "sms", "store", "indexer", "scheduler"] as const;
const workers = Array.from({ length: WORKERS }, (_, i) => `worker ${i + 1}`);

const kills = [...SERVICES, ...workers].map((title): Fault => ({
  name: `kill-${title.replace(" ", "-")}`,
  summary: `kill -9 of ${title}`,
  strike: (world) => {
    const pid = world.processOf(title).pid();
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
    async strike({ chainProxy }) {
      chainProxy.cut();
      await sleep(DOWN);
      chainProxy.mend();
    },
  },
  {
    name: "rpc-silent",
    summary: "the node says nothing for 10 s (SIGSTOP)",
    async strike(world) {
      const pid = world.processOf("chain").pid()!;
      process.kill(pid, "SIGSTOP");
      await sleep(DOWN);
      process.kill(pid, "SIGCONT");
    },
  },
  {
    name: "database-down",
    summary: "PostgreSQL refuses connections for 10 s",
    needsPostgres: true,
    async strike({ databaseProxy }) {
      databaseProxy!.cut();
      await sleep(DOWN);
      databaseProxy!.mend();
    },
  },
  ...rogues,
  {
    name: "reorganisation",
    summary: "3 blocks are replaced by others with the same transactions, later",
    strike: ({ provider }) => reorganise(provider, REORGANISATION, { lost: new Set() }),
  },
  {
    name: "reorganisation-lossy",
    summary: "3 blocks are replaced by others, without the transactions of the pool and its workers",
    strike: ({ provider, network }) => {
      const pool = network.accounts.filter(({ role }) => role === "workerpool owner" || role.startsWith("worker "));
      return reorganise(provider, REORGANISATION, { lost: new Set(pool.map(({ address }) => address.toLowerCase())) });
    },
  },
];
