import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import { toUtf8Bytes, type ContractTransactionReceipt, type Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { send } from "@poco-marketplace/sdk/chain/send.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedAppOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { fileDigest } from "@poco-marketplace/sdk/protocol/result.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";

/** A program that can be bought. */
export interface PublishedApp {
  readonly app: Address;
  /** SHA-256 of the program's file, which workers check before they run it. */
  readonly checksum: Hex;
  readonly receipt: ContractTransactionReceipt;
}

/** Owns an iApp: publishes it and sells its runs. */
export class AppProvider {
  readonly #contracts: Contracts;
  readonly #signer: Signer;

  constructor(contracts: Contracts, signer: Signer) {
    this.#contracts = contracts;
    this.#signer = signer;
  }

  /**
   * Registers the program at `path`.
   *
   * @param measurement what quotes of its enclaves show: MRENCLAVE, or MRTD and four registers; nothing by default
   */
  async publish(name: string, path: string, measurement: Hex = "0x"): Promise<PublishedApp> {
    const checksum = fileDigest(await readFile(path));
    const owner = await this.#signer.getAddress();
    const registry = this.#contracts.apps.connect(this.#signer);
    const fields = [owner, name, "PROGRAM", toUtf8Bytes(basename(path)), checksum, measurement] as const;
    const app = (await registry.predictApp(...fields)) as Address;
    const receipt = await send(registry.createApp(...fields));
    return { app, checksum, receipt };
  }

  /** Offers runs of an app. */
  async offer(terms: OrderForm<"app">): Promise<SignedAppOrder> {
    const order = buildOrder(OrderKind.APP, terms);
    return signOrder(this.#signer, { kind: OrderKind.APP, order, domain: this.#contracts.domain });
  }
}
