import { setTimeout as sleep } from "node:timers/promises";

import { hexlify, toUtf8Bytes, Wallet } from "ethers";

import type { NetworkDescription } from "@poco-marketplace/cli/network/descriptor.js";
import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { findEvent } from "@poco-marketplace/sdk/chain/events.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { NonceManagedSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import {
  decryptResult,
  generateResultKeyPair,
  toResultSecret,
} from "@poco-marketplace/sdk/protect/resultEncryption.js";
import {
  buildOrder,
  buildParams,
  decodeResultLink,
  NULL_DATASET_ORDER,
  OrderKind,
  parseTag,
  signOrder,
  taskId,
  TaskStatus,
  type Address,
  type Hex,
  type TaskId,
} from "@poco-marketplace/sdk/protocol/index.js";
import { unzip } from "@poco-marketplace/sdk/protect/zip.js";
import { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { StoreClient } from "@poco-marketplace/sdk/client/store.js";
import { RESERVED, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { packApp, packageChecksum } from "@poco-marketplace/enclave/app/package.js";
import { accountOf } from "../../clients/startNetwork.js";
import { appOf } from "../../fixtures/attested.js";

/** What the app answers to everybody. */
const ANSWER = { isDone: true };
const CATEGORY = 0n;
const MATCH_GAS = 1_000_000n;
const TAG = parseTag(["tee", "tdx"]);
/** Between looks at a task that is waited for, in milliseconds. */
const LOOK_EVERY = 20;
/** How long a task may take, in milliseconds. */
const TIMEOUT_MS = 300_000;

/** Tasks that were bought. */
export interface Purchase {
  readonly tasks: readonly TaskId[];
  /** On the clock of `Date.now()`: just before the match transaction was made, and when it was known to be in a block. */
  readonly matchingAt: number;
  readonly matchedAt: number;
  readonly block: number;
}

/** Somebody who buys tasks of a trivial app, to be done in attested enclaves, with results that nobody else can read. */
export type Buyer = Awaited<ReturnType<typeof openBuyer>>;

/** Publishes the app, pushes the key for results, and is ready to buy. */
export async function openBuyer(network: NetworkDescription) {
  const provider = openProvider(network.rpc, network.chainId);
  const contracts = await connectContracts(network.hub, provider);
  const { hub, domain } = contracts;
  const [developer, requester] = ["app developer", "requester"].map(
    (role) => new Wallet(accountOf(network, role).privateKey, provider),
  ) as [Wallet, Wallet];
  const sender = new NonceManagedSender(requester);

  const pack = packApp(await appOf(`done(${JSON.stringify(ANSWER)});`));
  const store = new StoreClient({ node: network.ipfsNode, gateway: network.ipfsGateway });
  const cid = await store.upload(pack);
  const fields = [
    developer.address,
    `bench ${Date.now()}`,
    "DOCKER",
    toUtf8Bytes(`/ipfs/${cid}`),
    packageChecksum(pack),
    "0x",
  ] as const;
  const registry = contracts.apps.connect(developer);
  const app = (await registry.predictApp(...fields)) as Address;
  await sendAndWait(registry.createApp(...fields));
  const apporder = await signOrder(developer, {
    kind: OrderKind.APP,
    order: buildOrder(OrderKind.APP, { app, volume: 1_000_000n, tag: TAG }),
    domain,
  });

  const keys = await generateResultKeyPair();
  const resultKey = web2Secret(requester.address as Address, RESERVED.resultKey);
  await new SecretsClient(network.sms).push(resultKey, toResultSecret(keys.publicKey), requester);

  async function poolOrder(volume: bigint) {
    const market = new MarketClient(network.market, { chainId: network.chainId });
    const filter = { workerpool: network.workerpool!, category: CATEGORY, minVolume: volume };
    const [cheapest] = (await market.search(OrderKind.WORKERPOOL, filter)).entries;
    if (cheapest === undefined) throw new Error(`The pool offers no ${volume} tasks at once: ask for fewer.`);
    return cheapest.order;
  }

  async function isOver(task: TaskId): Promise<Hex | undefined> {
    const { status, results } = await hub.viewTask(task);
    if (status === TaskStatus.FAILED) throw new Error(`Task ${task} failed.`);
    return status === TaskStatus.COMPLETED ? (results as Hex) : undefined;
  }

  return {
    hub,
    /** Makes a deal of so many tasks. */
    async buy(volume: bigint): Promise<Purchase> {
      const order = buildOrder(OrderKind.REQUEST, {
        app,
        requester: requester.address as Address,
        volume,
        tag: TAG,
        category: CATEGORY,
        params: buildParams({ resultEncryption: true }),
      });
      const request = await signOrder(requester, { kind: OrderKind.REQUEST, order, domain });
      const orders = [apporder, NULL_DATASET_ORDER, await poolOrder(volume), request] as const;
      const data = hub.interface.encodeFunctionData("matchOrders", [...orders]);

      const matchingAt = Date.now();
      const receipt = await sender.send({ to: network.hub, data, gasLimit: MATCH_GAS });
      const matchedAt = Date.now();
      const { dealid } = await findEvent(receipt, { contract: hub, event: "OrdersMatched" });
      const { botFirst } = await hub.viewDeal(dealid);
      const tasks = Array.from({ length: Number(volume) }, (_, index) =>
        taskId(dealid as Hex, botFirst + BigInt(index)),
      );
      return { tasks, matchingAt, matchedAt, block: receipt.blockNumber };
    },

    /** Waits until a task is over; says where its result is. */
    async result(task: TaskId): Promise<Hex> {
      const deadline = Date.now() + TIMEOUT_MS;
      while (Date.now() < deadline) {
        const results = await isOver(task);
        if (results !== undefined) return results;
        await sleep(LOOK_EVERY);
      }
      throw new Error(`Task ${task} is not over after ${TIMEOUT_MS / 1000} s.`);
    },

    /** Fetches and decrypts a result; fails unless it is what the app answers. */
    async open(results: Hex): Promise<void> {
      const { location } = decodeResultLink(results);
      const zip = await decryptResult(await store.download(location!), keys.privateKey);
      const said = (await unzip(zip)).get("said.json") ?? zip;
      if (Buffer.from(said).toString() !== JSON.stringify(ANSWER)) throw new Error(`A result says ${hexlify(said)}.`);
    },

    close: () => provider.destroy(),
  };
}
