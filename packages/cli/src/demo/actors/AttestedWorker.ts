import { ZeroAddress, ZeroHash, type ContractTransactionReceipt, type Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { sessionRequestOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import type { App } from "@poco-marketplace/enclave/app/appFolder.js";
import { attestationOf, encodeAttestation } from "@poco-marketplace/enclave/evidence/brokerEvidence.js";
import { registerPlatform, type RegistrationStep } from "@poco-marketplace/enclave/evidence/registration.js";
import { AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import { IPlatformRegistry__factory, ITeeBroker__factory } from "@poco-marketplace/sdk/typechain.js";
import { Worker, WrongProgramError, type DoneTask, type Workshop } from "./Worker.js";

/** What a worker has at hand whose enclaves prove themselves. */
export interface AttestedWorkshop extends Workshop {
  /** Measures apps, and makes quotes. */
  readonly processor: Processor;
  /** The app as it was published, if it is on this machine. */
  readonly appOf: (app: Address) => App | undefined;
  /** Whoever releases secrets to enclaves that prove themselves. */
  readonly secrets: Pick<SecretsClient, "openSession">;
  readonly limits?: Partial<SandboxLimits>;
}

/** A task done in an enclave that proved itself. */
export interface AttestedTask extends DoneTask {
  readonly quote: Uint8Array;
}

/** A worker whose enclaves prove themselves: to the secret service and, if the hub's TEE broker is a contract, on chain. */
export class AttestedWorker extends Worker {
  readonly #shop: AttestedWorkshop;

  constructor(contracts: Contracts, signer: Signer, workshop: AttestedWorkshop) {
    super(contracts, signer, workshop);
    this.#shop = workshop;
  }

  /** Makes the platform known to the registry that the hub's TEE broker goes by: once, before the first task. */
  async enrol(): Promise<RegistrationStep[]> {
    const broker = ITeeBroker__factory.connect(await this.hub.teebroker(), this.signer);
    const registry = IPlatformRegistry__factory.connect(await broker.registry(), this.signer);
    const nothing = { mrEnclave: ZeroHash as Hex, mrTd: `0x${"00".repeat(48)}` } as const;
    return registerPlatform(registry, this.#shop.processor.quote(nothing, new Uint8Array(64)));
  }

  /** Starts an enclave for a task, whose keys nobody knows. It must be run or stopped. */
  async enter(taskId: TaskId): Promise<AttestedEnclave> {
    const { processor, appOf, limits } = this.#shop;
    const { dealid } = await this.hub.viewTask(taskId);
    const { app: bought } = await this.hub.viewDeal(dealid);
    const app = appOf(bought.pointer as Address);
    if (app === undefined) throw new WrongProgramError(bought.pointer as Address, "is not on this machine");
    const worker = await this.address();
    return AttestedEnclave.start({ app, processor, worker, taskId, ...(limits !== undefined && { limits }) });
  }

  /** Gets the task's secrets for the enclave, runs it, and puts the result into the store. */
  async runIn(enclave: AttestedEnclave, permit: Authorization): Promise<AttestedTask> {
    try {
      const { taskId, worker } = permit;
      const { dealid, idx } = await this.hub.viewTask(taskId);
      const { dataset, botFirst, botSize } = await this.hub.viewDeal(dealid);
      const data = dataset.pointer as Address;
      const task = { taskId, dealId: dealid as DealId, index: idx, botFirst, botSize, worker };
      const file = data === ZeroAddress ? {} : { dataset: await this.fetchDataset(data) };

      const { session } = await this.#shop.secrets.openSession(
        sessionRequestOf(enclave.identity, permit.sign),
        this.signer,
      );
      const done = await this.deliver(await enclave.run({ ...task, ...file }, { session }));
      return { ...done, quote: enclave.identity.quote };
    } finally {
      await enclave.stop();
    }
  }

  /** Ends a task alone, as {@link Worker.contributeAndFinalize}, with the quote if the broker wants one. */
  override async contributeAndFinalize(
    done: DoneTask | AttestedTask,
    permit: Authorization,
  ): Promise<ContractTransactionReceipt> {
    const shown = "quote" in done ? { ...permit, sign: await this.prove(done.quote, permit) } : permit;
    return super.contributeAndFinalize(done, shown);
  }

  /** What the hub is to be shown besides the permit: the quote, or nothing if its TEE broker is no contract. */
  async prove(quote: Uint8Array, permit: Authorization): Promise<Hex> {
    const broker = await this.hub.teebroker();
    if ((await this.signer.provider!.getCode(broker)) === "0x") return permit.sign;
    const { dealid, idx } = await this.hub.viewTask(permit.taskId);
    return encodeAttestation(attestationOf(permit, { dealId: dealid as DealId, index: idx }, quote));
  }
}
