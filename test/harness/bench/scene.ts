import { MaxUint256 } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/index.js";
import type { RoleAccounts } from "./roleAccounts.js";
import { DIGEST, FUNDS, type Market, openMarket } from "./market.js";
import type { System } from "../peer/system.js";
import { workIn } from "./work.js";

/** The descriptions of an app, a dataset and a workerpool, after their owner. */
export const DESCRIPTIONS = {
  multiaddr: "0xa5036f12205f7fc0e1a6b2d4c8937e51f0a2b3c4d5e6f708192a3b",
  checksum: "0x6f1db8d9bf0c6aa6a56b2d7d6fde2a1aab8ee15ef0c9c2a6a0e1a6b2d4c8937e",
  enclave:
    "0x" +
    Buffer.from(
      '{"framework":"SCONE","version":"v5","entrypoint":"node /app/app.js","heapSize":1073741824,' +
        '"fingerprint":"6f1db8d9bf0c6aa6a56b2d7d6fde2a1aab8ee15ef0c9c2a6a0e1a6b2d4c8937e"}',
    ).toString("hex"),
} as const;

/**
 * Sets up a market in its usual state, where every scenario starts: each account has used the hub before. All
 * parties have something in escrow; the requester, the sponsor, the scheduler and the workers also have something
 * frozen, in open deals; the hub holds frozen tokens; asset owners have been paid. The kitty is empty.
 * There is a TEE broker. `newcomer` has RLC and an allowance for the hub, but no account in it.
 */
export async function setScene(connection: NetworkConnection, system: System, accounts: RoleAccounts): Promise<Market> {
  const { hub, token, apps, datasets, workerpools } = system;
  const { multiaddr, checksum } = DESCRIPTIONS;

  for (const person of [
    accounts.requester,
    accounts.sponsor,
    accounts.scheduler,
    accounts.appOwner,
    accounts.datasetOwner,
    ...accounts.workers,
  ]) {
    await sendAndWait(token.connect(person).faucet(2n * FUNDS));
    await sendAndWait(token.connect(person).approve(hub, MaxUint256 - 1n));
    await sendAndWait(hub.connect(person).deposit(FUNDS));
  }
  await sendAndWait(token.connect(accounts.newcomer).faucet(2n * FUNDS));
  await sendAndWait(token.connect(accounts.newcomer).approve(hub, MaxUint256 - 1n));
  await sendAndWait(hub.setTeeBroker(accounts.broker));

  const app = [accounts.appOwner.address, "census", "DOCKER", multiaddr, checksum, "0x"] as const;
  const dataset = [accounts.datasetOwner.address, "people", multiaddr, checksum] as const;
  const workerpool = [accounts.scheduler.address, "five workers"] as const;
  await sendAndWait(apps.createApp(...app));
  await sendAndWait(datasets.createDataset(...dataset));
  await sendAndWait(workerpools.createWorkerpool(...workerpool));
  const market = openMarket(connection, system, accounts, {
    app: (await apps.predictApp(...app)) as Address,
    dataset: (await datasets.predictDataset(...dataset)) as Address,
    workerpool: (await workerpools.predictWorkerpool(...workerpool)) as Address,
  });
  await openBusiness(market);
  return market;
}

/** Makes deals that stay open, and freeze money of each account that ever has any frozen. */
async function openBusiness(market: Market): Promise<void> {
  const { accounts } = market;
  const work = workIn(market);
  await market.match(await market.ordersOf(), { sponsor: accounts.sponsor });

  const deal = await market.match(await market.ordersOf({ trust: 1_000_000n, category: 4n }));
  await work.initialize(deal.dealId);
  const task = market.taskOf(deal.dealId);
  for (const worker of accounts.workers) await work.contribute(task, worker, { digest: digestOf(worker.address) });

  const paid = await market.match(await market.ordersOf());
  await work.initialize(paid.dealId);
  await work.contributeAndFinalize(market.taskOf(paid.dealId), accounts.worker1, { digest: DIGEST });
}

/** The digest of a result that differs from all others. */
export function digestOf(address: string): Hex {
  return `0x${address.slice(2).toLowerCase().padStart(64, "7")}`;
}
