import type { Service } from "./service.js";
import { chain } from "./services/chain.js";
import { indexer } from "./services/indexer.js";
import { market } from "./services/market.js";
import { scheduler } from "./services/scheduler.js";
import { sms } from "./services/sms.js";
import { store } from "./services/store.js";
import { worker } from "./services/worker.js";

/** Every service, by the name that starts it alone. */
export const SERVICES = { chain, market, sms, store, indexer, scheduler, worker } as const;

export type ServiceName = keyof typeof SERVICES;

/** The service of that name, if there is one. */
export function serviceNamed(name: string): Service | undefined {
  return Object.hasOwn(SERVICES, name) ? (SERVICES[name as ServiceName] as unknown as Service) : undefined;
}
