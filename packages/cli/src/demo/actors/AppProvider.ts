import { toUtf8Bytes, type ContractTransactionReceipt, type Signer } from "ethers";

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

interface Registration {
  readonly app: Address;
  readonly receipt: ContractTransactionReceipt;
}

/** Name, type, location, checksum and measurement of an app. */
type AppDescription = readonly [string, string, Uint8Array | string, Hex, Hex];

/** A registered app. */
export interface RegisteredApp extends Registration {
  readonly cid: string;
  /** The SHA-256 of the app's package, which workers check. It equals the MRENCLAVE in quotes of its enclaves. */
  readonly checksum: Hex;
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
    const registered = await this.#register([name, "PROGRAM", encodeMultiaddr(cid), checksum, mrEnclave]);
    return { ...registered, cid, checksum };
  }

  /**
   * Registers a container image: its name says where it is, and its digest what it is.
   *
   * @param image - The name as workers pull it, and the SHA-256 of its manifest or index.
   */
  publishImage(name: string, image: { readonly name: string; readonly digest: Hex }): Promise<Registration> {
    return this.#register([name, "DOCKER", toUtf8Bytes(image.name), image.digest, "0x"]);
  }

  async #register(description: AppDescription): Promise<Registration> {
    const fields = [await this.#signer.getAddress(), ...description] as const;
    const registry = this.#contracts.apps.connect(this.#signer);
    const app = (await registry.predictApp(...fields)) as Address;
    return { app, receipt: await sendAndWait(registry.createApp(...fields)) };
  }

  /** Offers runs of an app. */
  async offer(terms: OrderForm<"app">): Promise<SignedAppOrder> {
    const order = buildOrder(OrderKind.APP, terms);
    return signOrder(this.#signer, { kind: OrderKind.APP, order, domain: this.#contracts.domain });
  }
}
