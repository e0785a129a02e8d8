import { chain } from "./services/chain.js";
import { indexer } from "./services/indexer.js";
import { market } from "./services/market.js";
import { registry } from "./services/registry.js";
import { scheduler } from "./services/scheduler.js";
import { sms } from "./services/sms.js";
import { store } from "./services/store.js";
import { worker } from "./services/worker.js";

/** All services by the name with which `poco network NAME` starts one alone. */
export const SERVICES = { chain, market, sms, store, registry, indexer, scheduler, worker } as const;

export type ServiceName = keyof typeof SERVICES;
