import { ZeroAddress, type Wallet } from "ethers";

import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { signAuthorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { AuthorizationAnswer, AuthorizationRequest } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { EnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import { HttpError } from "../http/HttpError.js";
import { assertDealEnclave, type EnclaveTrust } from "./dealEnclave.js";
import type { Engine } from "./engine.js";
import type { PoolMembership } from "./poolMembership.js";
import type { TaskRecords } from "./taskRecords.js";

/** What work permits are signed with. */
export interface WorkPermitsOptions {
  readonly engine: Engine;
  readonly tasks: TaskRecords;
  readonly members: PoolMembership;
  readonly facts: EnclaveFacts;
  /** By what enclaves are judged. */
  readonly trust: EnclaveTrust;
  /** Of the pool's owner. */
  readonly wallet: Wallet;
  /** URL of the secret service, which is told which enclave does a task; without one, no task gets any secret. */
  readonly sms: string | undefined;
}

/** A worker that asks for a permit to contribute to a task. */
export interface PermitApplication {
  readonly worker: Address;
  readonly task: { readonly id: TaskId; readonly deal: DealId };
  readonly request: AuthorizationRequest;
}

/** Signs the permits with which workers contribute to tasks, once their enclaves have proven to be of the deal's app. */
export class WorkPermits {
  readonly #options: WorkPermitsOptions;

  constructor(options: WorkPermitsOptions) {
    this.#options = options;
  }

  /**
   * Signs a work permit.
   *
   * @throws HttpError, EnclaveRefusal
   */
  async sign({ worker, task, request }: PermitApplication): Promise<AuthorizationAnswer> {
    const { engine, tasks, members, facts, trust, wallet, sms } = this.#options;
    const deal = await engine.deal(task.deal);
    if (deal === undefined) throw new HttpError(503, `Deal ${task.deal} cannot be read now: ask again in a moment.`);
    if (deal.isTee) {
      const applicant = { worker, taskId: task.id, app: deal.app, request };
      members.assertPlatform(worker, await assertDealEnclave(facts, trust, applicant));
    }
    const { enclave = ZeroAddress as Address } = request;
    const permit = { worker, taskId: task.id, enclave };
    const sequence = await tasks.nextSequence(task.id);
    if (deal.isTee && sms !== undefined) {
      await new SecretsClient(sms).appoint({ ...permit, sequence: BigInt(sequence) }, wallet);
    }
    const { sign } = await signAuthorization(wallet, permit);
    return { sign, sequence };
  }
}
