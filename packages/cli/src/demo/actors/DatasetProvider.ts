import type { ContractTransactionReceipt, Signer } from "ethers";

import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedDatasetOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { encodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import type { DataObject, Schema } from "@poco-marketplace/sdk/protect/schema.js";
import type { SecretWriter } from "@poco-marketplace/sdk/client/secrets.js";
import type { ContentStore } from "@poco-marketplace/services/store/contentStore.js";

/** A published dataset, which only enclaves can decrypt. */
export interface PublishedDataset {
  readonly dataset: Address;
  readonly cid: string;
  readonly checksum: Hex;
  readonly schema: Schema;
  readonly encryptedBytes: number;
  readonly receipt: ContractTransactionReceipt;
}

/** The owner of data, who protects it, publishes it and sells its use. */
export class DatasetProvider {
  readonly #contracts: Contracts;
  readonly #signer: Signer;
  readonly #store: ContentStore;
  readonly #vault: SecretWriter;

  constructor(contracts: Contracts, signer: Signer, { store, vault }: { store: ContentStore; vault: SecretWriter }) {
    this.#contracts = contracts;
    this.#signer = signer;
    this.#store = store;
    this.#vault = vault;
  }

  /** Encrypts data, puts it into the content store, registers it, and pushes its key to the secret service. */
  async publish(name: string, data: DataObject | Uint8Array): Promise<PublishedDataset> {
    const { schema, encrypted, checksum, key } = await encryptData(data);
    const cid = await this.#store.put(encrypted);

    const owner = await this.#signer.getAddress();
    const registry = this.#contracts.datasets.connect(this.#signer);
    const fields = [owner, name, encodeMultiaddr(cid), checksum] as const;
    const dataset = (await registry.predictDataset(...fields)) as Address;
    const receipt = await sendAndWait(registry.createDataset(...fields));

    await this.#vault.push({ kind: "dataset", dataset }, key);
    return { dataset, cid, checksum, schema, encryptedBytes: encrypted.length, receipt };
  }

  /** Offers the use of a dataset. */
  async offer(terms: OrderForm<"dataset">): Promise<SignedDatasetOrder> {
    const order = buildOrder(OrderKind.DATASET, terms);
    return signOrder(this.#signer, { kind: OrderKind.DATASET, order, domain: this.#contracts.domain });
  }
}
