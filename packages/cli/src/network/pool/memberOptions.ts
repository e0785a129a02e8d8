import type { Setting } from "../settings.js";
import { addresses, numberFrom } from "../values.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** The setting for accounts that may work for a pool. */
export const admittedWorkers: Setting<readonly Address[]> = {
  hint: "ADDRESS,…",
  help: "the accounts of workers that may join the pool (default: none)",
  read: addresses,
  otherwise: [],
};

/** The setting for the stake with which any account may work for a pool. */
export const openWorkers: Setting<number | undefined> = {
  hint: "NRLC",
  help:
    "any account with that much in escrow may join the pool, too; for tasks in enclaves only with a registered platform " +
    "(default: none)",
  read: numberFrom(1, 1e15),
  otherwise: undefined,
};
