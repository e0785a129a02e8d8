import type { ContractTransactionReceipt, Signer } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedAppOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import type { App } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { packageChecksum, packApp } from "@poco-marketplace/enclave/app/package.js";
import { encodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import type { ContentStore } from "@poco-marketplace/services/store/contentStore.js";

/** A registered app. */
export interface RegisteredApp {
  readonly app: Address;
  readonly cid: string;
  /** The SHA-256 of the app's package, which workers check. It equals the MRENCLAVE in quotes of its enclaves. */
  readonly checksum: Hex;
  readonly receipt: ContractTransactionReceipt;
}

/** The owner of an iApp, who publishes it and sells its runs. */
export class AppProvider {
  readonly #contracts: Contracts;
  readonly #signer: Signer;
  readonly #store: ContentStore;

  constructor(contracts: Contracts, signer: Signer, store: ContentStore) {
    this.#contracts = contracts;
    this.#signer = signer;
    this.#store = store;
  }

  /** Puts the package of an app into the content store, and registers it with its measurement. */
  async publish(name: string, app: App): Promise<RegisteredApp> {
    const bytes = packApp(app);
    const checksum = packageChecksum(bytes);
    const { mrEnclave } = measureApp(app);
    const cid = await this.#store.put(bytes);
    const owner = await this.#signer.getAddress();
    const registry = this.#contracts.apps.connect(this.#signer);
    const fields = [owner, name, "PROGRAM", encodeMultiaddr(cid), checksum, mrEnclave] as const;
    const address = (await registry.predictApp(...fields)) as Address;
    const receipt = await sendAndWait(registry.createApp(...fields));
    return { app: address, cid, checksum, receipt };
  }

  /** Offers runs of an app. */
  async offer(terms: OrderForm<"app">): Promise<SignedAppOrder> {
    const order = buildOrder(OrderKind.APP, terms);
    return signOrder(this.#signer, { kind: OrderKind.APP, order, domain: this.#contracts.domain });
  }
}
