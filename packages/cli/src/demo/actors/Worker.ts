import { readFile } from "node:fs/promises";

import { ZeroAddress, type ContractTransactionReceipt, type Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { gasOverride } from "@poco-marketplace/sdk/chain/gasLimit.js";
import { send } from "@poco-marketplace/sdk/chain/send.js";
import { App__factory, Dataset__factory } from "@poco-marketplace/sdk/typechain.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseParams } from "@poco-marketplace/sdk/protocol/params.js";
import { encodeResultLink, fileDigest, resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import { decodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { fromResultSecret } from "@poco-marketplace/sdk/protect/resultEncryption.js";
import type { SecretVault } from "./secretVault.js";
import type { ContentStore } from "@poco-marketplace/services/store/contentStore.js";
import { Enclave, type EnclaveOptions, type EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import type { SealedDataset } from "@poco-marketplace/enclave/runtime/messages.js";
import type { EnclaveTask, TaskDataset } from "@poco-marketplace/enclave/task/task.js";

/** What a worker has at hand. */
export interface Workshop {
  readonly store: ContentStore;
  readonly vault: SecretVault;
  /** Where the program of an app is on this machine, as a container registry would tell. */
  readonly programOf: (app: Address) => string | undefined;
  readonly enclave?: EnclaveOptions;
}

/** A task done: what was computed, and where its result was put. */
export interface DoneTask extends EnclaveResult {
  readonly results: Hex;
}

/** An app whose program is not here, or is not the one that was published. */
export class WrongProgramError extends Error {
  override readonly name = "WrongProgramError";

  constructor(app: Address, problem: string) {
    super(`The program of app ${app} ${problem}: get the published one.`);
  }
}

/** Does tasks: runs the program in an enclave, delivers the result, and says so on chain. */
export class Worker {
  protected readonly signer: Signer;
  readonly #contracts: Contracts;
  readonly #workshop: Workshop;
  readonly #enclave: Enclave;

  constructor(contracts: Contracts, signer: Signer, workshop: Workshop) {
    this.#contracts = contracts;
    this.signer = signer;
    this.#workshop = workshop;
    this.#enclave = new Enclave(workshop.enclave);
  }

  /** The address of the enclave that this worker runs. */
  get enclave(): Address {
    return this.#enclave.challenge;
  }

  /** Runs the program of a task and puts its result into the store, encrypted for the beneficiary if the deal says so. */
  async run(taskId: TaskId): Promise<DoneTask> {
    return this.deliver(await this.#enclave.run(await this.#prepare(taskId)));
  }

  /** Ends a task alone, in one transaction: for deals that ask for trust 1. */
  async contributeAndFinalize(done: DoneTask, { sign }: Authorization): Promise<ContractTransactionReceipt> {
    const { taskId, digest, results, callbackData = "0x", enclave, enclaveSignature } = done;
    const fields = [taskId, digest, results, callbackData, enclave, enclaveSignature, sign] as const;
    const { contributeAndFinalize } = this.hub;
    const call = await contributeAndFinalize.populateTransaction(...fields);
    return send(contributeAndFinalize(...fields, await gasOverride(this.signer, call)));
  }

  /** Commits to a digest among several workers, without an enclave. Nobody can check here that it was computed. */
  async contribute(taskId: TaskId, digest: Hex, { sign }: Authorization): Promise<ContractTransactionReceipt> {
    const worker = await this.address();
    const hash = resultHash(taskId, digest);
    const seal = resultSeal(worker, taskId, digest);
    return send(this.hub.contribute(taskId, hash, seal, ZeroAddress, "0x", sign));
  }

  /** Shows the digest that was committed to. */
  reveal(taskId: TaskId, digest: Hex): Promise<ContractTransactionReceipt> {
    return send(this.hub.reveal(taskId, digest));
  }

  async address(): Promise<Address> {
    return (await this.signer.getAddress()) as Address;
  }

  async #prepare(taskId: TaskId): Promise<EnclaveTask> {
    const { dealid, idx } = await this.hub.viewTask(taskId);
    const deal = await this.hub.viewDeal(dealid);
    const { args, resultEncryption } = parseParams(deal.params);
    const dataset = deal.dataset.pointer as Address;
    return {
      taskId,
      dealId: dealid as Hex,
      index: idx,
      botFirst: deal.botFirst,
      botSize: deal.botSize,
      worker: await this.address(),
      program: await this.#programOf(deal.app.pointer as Address),
      ...(args !== undefined && { args }),
      ...(dataset !== ZeroAddress && { dataset: await this.#openDataset(dataset) }),
      ...(resultEncryption === true && { resultKey: await this.#resultKey(deal.beneficiary as Address) }),
    };
  }

  async #programOf(app: Address): Promise<string> {
    const path = this.#workshop.programOf(app);
    if (path === undefined) throw new WrongProgramError(app, "is not on this machine");
    const checksum = await App__factory.connect(app, this.signer).m_appChecksum();
    const actual = fileDigest(await readFile(path));
    if (actual !== checksum) throw new WrongProgramError(app, `has checksum ${actual}, not ${checksum}`);
    return path;
  }

  async #openDataset(address: Address): Promise<TaskDataset> {
    const key = await this.#workshop.vault.read({ kind: "dataset", dataset: address });
    return { ...(await this.fetchDataset(address)), key };
  }

  async #resultKey(beneficiary: Address): Promise<string> {
    const secret = await this.#workshop.vault.read({ kind: "resultKey", beneficiary });
    if (secret === undefined) throw new MissingResultKeyError(beneficiary);
    return fromResultSecret(secret);
  }

  /** Puts a result where the chain will say that it is. */
  protected async deliver(result: EnclaveResult): Promise<DoneTask> {
    const cid = await this.#workshop.store.put(result.archive);
    return { ...result, results: encodeResultLink({ storage: "ipfs", location: `/ipfs/${cid}` }) };
  }

  /** The encrypted file of a dataset, from where the chain says that it is. */
  protected async fetchDataset(address: Address): Promise<SealedDataset> {
    const contract = Dataset__factory.connect(address, this.signer);
    const checksum = (await contract.m_datasetChecksum()) as Hex;
    const multiaddr = await contract.m_datasetMultiaddr();
    const encrypted = await this.#workshop.store.get(decodeMultiaddr(Buffer.from(multiaddr.slice(2), "hex")));
    return { address, checksum, encrypted };
  }

  protected get hub() {
    return this.#contracts.hub.connect(this.signer);
  }
}

/** A deal that wants its result encrypted for somebody who has no key. */
export class MissingResultKeyError extends Error {
  override readonly name = "MissingResultKeyError";

  constructor(beneficiary: Address) {
    super(`The result is to be encrypted for ${beneficiary}, who has pushed no public key: push one, then run again.`);
  }
}
