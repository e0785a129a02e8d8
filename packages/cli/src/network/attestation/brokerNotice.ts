import type { ContractRunner } from "ethers";

import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { readApprovedRuntimes, readTeeBroker } from "@poco-marketplace/sdk/chain/teeBroker.js";
import { IPoco__factory, ITeeBroker__factory } from "@poco-marketplace/sdk/typechain.js";

const REPLACE =
  "deploy a new broker and have the hub's owner call setTeeBroker, or, for a chain of this network's own, use --fresh.";

/**
 * Returns a warning if the hub's TEE broker verifies quotes, but accepts trust domains whose host can export them, or
 * refuses the container images of workers with this code; `undefined` if the hub has no such broker.
 */
export async function brokerNotice(hub: string, runner: ContractRunner): Promise<string | undefined> {
  const poco = IPoco__factory.connect(hub, runner);
  const broker = await readTeeBroker(poco);
  if (broker?.registry === undefined) return undefined;
  const { address } = broker;
  if (!(await refusesExportable(address, runner))) {
    return (
      `The hub's TEE broker ${address} is from before brokers refused trust domains that their host can export ` +
      "(docs/explanation/security.md). Secret service and scheduler here refuse them, other pools' schedulers may not: " +
      REPLACE
    );
  }
  const approved = await readApprovedRuntimes(poco);
  if (approved === undefined) {
    return `The hub's TEE broker ${address} is from before brokers accepted container images, whose tasks it refuses: ${REPLACE}`;
  }
  const { id } = simulatedRuntime();
  if (approved.includes(id)) return undefined;
  return (
    `The hub's TEE broker ${address} does not approve runtime ${id}, with which workers of this version run container images: ` +
    `ask its owner to approve it (\`npm run runtimes -- approve ${id}\`). Other apps are not affected.`
  );
}

async function refusesExportable(broker: string, runner: ContractRunner): Promise<boolean> {
  try {
    await ITeeBroker__factory.connect(broker, runner).isSeptVeDisableRequired();
    return true;
  } catch (error) {
    if (decodeRevert(error) === undefined && (error as { code?: unknown }).code !== "BAD_DATA") throw error;
    return false;
  }
}
