import type { Scenario } from "./scenario.js";
import { ADMINISTRATION } from "./scenarios/administration.js";
import { BOOSTED } from "./scenarios/boost.js";
import { ESCROW } from "./scenarios/escrow.js";
import { MATCHING } from "./scenarios/matching.js";
import { ORDER_BOOK } from "./scenarios/orderBook.js";
import { REGISTRIES } from "./scenarios/registries.js";
import { REPLICATION } from "./scenarios/replication.js";
import { TASKS } from "./scenarios/tasks.js";

/** All scenarios by subject, in the order of the report. */
export const CHAPTERS: Readonly<Record<string, readonly Scenario[]>> = {
  Registries: REGISTRIES,
  Matching: MATCHING,
  Tasks: TASKS,
  Replication: REPLICATION,
  Boost: BOOSTED,
  Escrow: ESCROW,
  "Order book": ORDER_BOOK,
  Administration: ADMINISTRATION,
};

/** All scenarios. */
export const SCENARIOS: readonly Scenario[] = Object.values(CHAPTERS).flat();
