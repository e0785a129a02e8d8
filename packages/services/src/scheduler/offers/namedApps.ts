import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Log } from "../../log.js";
import type { InspectApp } from "../stakeGuard.js";

/** Milliseconds before an app that cannot be run is inspected again. */
const AGAIN_MS = 60_000;

/**
 * Inspects the apps that offers are to name, before anything is signed: once for those that workers can run, again after a
 * minute for those that they cannot.
 *
 * @returns Whether an order may name an app; one that may not is logged.
 */
export function openNamedApps(inspectApp: InspectApp, log: Log): (app: Address) => Promise<boolean> {
  const known = new Map<Address, { readonly problem: string | undefined; readonly at: number }>();

  return async (app) => {
    const before = known.get(app);
    const isKnown = before !== undefined && (before.problem === undefined || performance.now() - before.at < AGAIN_MS);
    if (isKnown) return before.problem === undefined;
    const problem = await inspectApp(app);
    known.set(app, { problem, at: performance.now() });
    if (problem !== undefined && problem !== before?.problem)
      log.error({ app }, `Nothing is offered to app ${app}, since no worker can run it: ${problem}.`);
    return problem === undefined;
  };
}
