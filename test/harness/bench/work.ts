import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ZeroAddress } from "ethers";

import {
  resultHash,
  resultSeal,
  signAuthorization,
  signBoostResult,
  signContribution,
  taskId,
  type Address,
  type DealId,
  type Hex,
  type TaskId,
} from "@poco-marketplace/sdk/protocol/index.js";
import type { Call } from "./chain.js";
import { DIGEST, type Market, RESULTS } from "./market.js";

/** The terms under which a worker works. */
export interface Manner {
  /** The enclave, authorized by the TEE broker. */
  readonly tee?: boolean;
  readonly digest?: Hex;
  readonly results?: Hex;
  /** The data for the deal's callback contract. */
  readonly told?: Hex;
}

/** The calls of workers and schedulers in a market. */
export type Work = ReturnType<typeof workIn>;

/** Creates the calls on a task; each returns its cost. */
export function workIn({ hub, accounts, call }: Market) {
  async function papers(worker: HardhatEthersSigner, task: TaskId, tee: boolean) {
    const enclave = (tee ? accounts.enclave.address : ZeroAddress) as Address;
    const permit = { worker: worker.address as Address, taskId: task, enclave };
    const { sign } = await signAuthorization(tee ? accounts.broker : accounts.scheduler, permit);
    return { enclave, permit, sign };
  }

  return {
    initialize: (deal: DealId, index = 0n): Promise<Call> =>
      call(hub.connect(accounts.scheduler).initialize(deal, index)),

    async contribute(task: TaskId, worker: HardhatEthersSigner, manner: Manner = {}): Promise<Call> {
      const { tee = false, digest = DIGEST } = manner;
      const { enclave, sign } = await papers(worker, task, tee);
      const hash = resultHash(task, digest);
      const seal = resultSeal(worker.address as Address, task, digest);
      const vouched = tee ? await signContribution(accounts.enclave, { resultHash: hash, resultSeal: seal }) : "0x";
      return call(hub.connect(worker).contribute(task, hash, seal, enclave, vouched, sign));
    },

    reveal: (task: TaskId, worker: HardhatEthersSigner, digest: Hex = DIGEST): Promise<Call> =>
      call(hub.connect(worker).reveal(task, digest)),

    reopen: (task: TaskId): Promise<Call> => call(hub.connect(accounts.scheduler).reopen(task)),

    finalize: (task: TaskId, results: Hex = RESULTS, told: Hex = "0x"): Promise<Call> =>
      call(hub.connect(accounts.scheduler).finalize(task, results, told)),

    async contributeAndFinalize(task: TaskId, worker: HardhatEthersSigner, manner: Manner = {}): Promise<Call> {
      const { tee = false, digest = DIGEST, results = RESULTS, told = "0x" } = manner;
      const { enclave, sign } = await papers(worker, task, tee);
      const hash = resultHash(task, digest);
      const seal = resultSeal(worker.address as Address, task, digest);
      const vouched = tee ? await signContribution(accounts.enclave, { resultHash: hash, resultSeal: seal }) : "0x";
      const sender = hub.connect(worker);
      return call(sender.contributeAndFinalize(task, digest, results, told, enclave, vouched, sign));
    },

    async push(deal: DealId, worker: HardhatEthersSigner, manner: Manner & { callback?: Address } = {}): Promise<Call> {
      const { tee = false, results = RESULTS, told = "0x", callback = ZeroAddress as Address } = manner;
      const task = taskId(deal, 0n);
      const { enclave, permit, sign } = await papers(worker, task, tee);
      const result = { worker: permit.worker, taskId: task, callback, results, resultsCallback: told };
      const vouched = tee ? await signBoostResult(accounts.enclave, result) : "0x";
      return call(hub.connect(worker).pushResultBoost(deal, 0n, results, told, sign, enclave, vouched));
    },

    claim: (task: TaskId): Promise<Call> => call(hub.connect(accounts.requester).claim(task)),

    claimBoost: (deal: DealId): Promise<Call> => call(hub.connect(accounts.requester).claimBoost(deal, 0n)),
  };
}
