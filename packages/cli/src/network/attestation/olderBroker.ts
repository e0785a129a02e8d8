import type { ContractRunner } from "ethers";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { readTeeBroker } from "@poco-marketplace/sdk/chain/teeBroker.js";
import { IPoco__factory, ITeeBroker__factory } from "@poco-marketplace/sdk/typechain.js";

/**
 * Returns a warning if the hub's TEE broker verifies quotes but predates the check that refuses trust domains whose
 * host can export them; `undefined` if the hub has no such broker.
 */
export async function olderBrokerNotice(hub: string, runner: ContractRunner): Promise<string | undefined> {
  const broker = await readTeeBroker(IPoco__factory.connect(hub, runner));
  if (broker?.registry === undefined) return undefined;
  try {
    await ITeeBroker__factory.connect(broker.address, runner).isSeptVeDisableRequired();
    return undefined;
  } catch (error) {
    if (decodeRevert(error) === undefined && (error as { code?: unknown }).code !== "BAD_DATA") throw error;
    return (
      `The hub's TEE broker ${broker.address} is from before brokers refused trust domains that their host can export ` +
      "(docs/explanation/security.md). Secret service and scheduler here refuse them, other pools' schedulers may not: deploy a new broker " +
      "and have the hub's owner call setTeeBroker, or, for a chain of this network's own, use --fresh."
    );
  }
}
