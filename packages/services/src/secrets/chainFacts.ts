import type { ContractRunner } from "ethers";

import { readAssetOwner } from "@poco-marketplace/sdk/chain/assets.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { readClassicDeal, type ClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { DatasetOrder, Signed } from "@poco-marketplace/sdk/protocol/order.js";
import { recoverSigner } from "@poco-marketplace/sdk/protocol/signature.js";
import { readEnclaveFacts, type EnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import { Dataset__factory } from "@poco-marketplace/sdk/typechain.js";
import { SecretRefusal } from "./refusal.js";

/** The fields of a task and its deal that releasing secrets depends on. */
export interface TaskFacts extends Pick<
  ClassicDeal,
  "requester" | "beneficiary" | "tag" | "trust" | "params" | "botFirst" | "botSize"
> {
  readonly taskId: TaskId;
  readonly dealId: DealId;
  readonly index: bigint;
  readonly status: bigint;
  /** Unix seconds; from then on contributions are refused. */
  readonly contributionDeadline: bigint;
  readonly app: Address;
  /** Undefined where the deal has none. */
  readonly dataset: Address | undefined;
  /** The owner of the workerpool when the deal was made. */
  readonly poolOwner: Address;
}

/** The questions that the secret service asks a chain. */
export interface ChainFacts extends EnclaveFacts {
  /** The owner of a registered app or dataset; undefined where there is none. */
  readonly ownerOf: (kind: "app" | "dataset", asset: Address) => Promise<Address | undefined>;
  /** Whether an account, which may be a contract (ERC-1271), signed a hash. */
  readonly isSignedBy: (account: Address, hash: Hex, sign: Hex) => Promise<boolean>;
  /** Undefined where the task was not initialized. */
  readonly task: (taskId: TaskId) => Promise<TaskFacts | undefined>;
  /** The time of the latest block, in unix seconds. */
  readonly now: () => Promise<bigint>;
  /** `m_datasetChecksum`. */
  readonly checksumOf: (dataset: Address) => Promise<Hex>;
  /** Why a dataset order does not match a deal, in a sentence; undefined where it does. */
  readonly mismatchOf: (order: Signed<DatasetOrder>, dealId: DealId) => Promise<string | undefined>;
}

/**
 * Asks the chain through typed contracts. A failure that is not an answer of the chain is refused as ChainUnavailable.
 */
export function readChainFacts(contracts: Contracts): ChainFacts {
  const { hub } = contracts;
  const runner = hub.runner as ContractRunner;
  const enclaves = readEnclaveFacts(hub);
  return {
    ownerOf: (kind, asset) => ask(() => readAssetOwner(contracts, kind, asset)),
    isSignedBy: async (account, hash, sign) =>
      recoverSigner(hash, sign) === account || ask(() => hub.verifySignature(account, hash, sign)),
    task: (taskId) => ask(() => readTask(hub, taskId)),
    now: () =>
      ask(async () => {
        const block = await runner.provider!.getBlock("latest");
        return BigInt(block!.timestamp);
      }),
    digestsOf: (app) => ask(() => enclaves.digestsOf(app)),
    isApprovedRuntime: (runtime) => ask(() => enclaves.isApprovedRuntime(runtime)),
    checksumOf: (dataset) =>
      ask(async () => (await Dataset__factory.connect(dataset, runner).m_datasetChecksum()) as Hex),
    broker: () => ask(() => enclaves.broker()),
    refusalBy: (registry, shown) => ask(() => enclaves.refusalBy(registry, shown)),
    mismatchOf: (order, dealId) => refusalOf(() => hub.assertDatasetDealCompatibility(order, dealId)),
  };
}

async function readTask(hub: Contracts["hub"], taskId: TaskId): Promise<TaskFacts | undefined> {
  const { status, dealid, idx, contributionDeadline } = await hub.viewTask(taskId);
  if (status === 0n) return undefined;
  const dealId = dealid as DealId;
  const deal = await readClassicDeal(hub, dealId);
  if (deal === undefined) throw new Error(`the node knows task ${taskId}, but not its deal ${dealId}`);
  const { app, dataset, workerpool, requester, beneficiary, tag, trust, params, botFirst, botSize } = deal;
  return {
    taskId,
    dealId,
    index: idx,
    status,
    contributionDeadline,
    app: app.address,
    dataset: dataset?.address,
    poolOwner: workerpool.owner,
    requester,
    beneficiary,
    tag,
    trust,
    params,
    botFirst,
    botSize,
  };
}

/** The sentence of the error with which a view without a result reverts. */
function refusalOf(view: () => Promise<unknown>): Promise<string | undefined> {
  return ask(async () => {
    try {
      await view();
      return undefined;
    } catch (error) {
      const revert = decodeRevert(error);
      if (revert === undefined) throw error;
      return revert.message;
    }
  });
}

/** How long the chain may take to answer, in milliseconds. */
const TIMEOUT = 15_000;

async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer after ${TIMEOUT / 1000} s`)), TIMEOUT);
  });
  try {
    return await Promise.race([question(), timeout]);
  } catch (error) {
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(cause: unknown): SecretRefusal {
  const { code, shortMessage, message } = cause as { code?: string; shortMessage?: string; message?: string };
  const problem = (shortMessage ?? message ?? "unknown reason").slice(0, 200);
  return new SecretRefusal(
    "ChainUnavailable",
    { problem: code === undefined ? problem : `${problem} (${code})` },
    { cause },
  );
}
