import type { DataProtector } from "../../../../typechain-types/index.js";
import { contractAt } from "../chain/contractAt.js";
import { sendAndWait } from "../chain/sendAndWait.js";
import { encryptData } from "../protect/encryptData.js";
import { encodeMultiaddr } from "../protect/multiaddr.js";
import type { DataObject, Schema } from "../protect/schema.js";
import type { Address, Hex } from "../protocol/ids.js";
import type { Clients } from "./connectClients.js";

/** Data that only enclaves can read, and only those that its owner allows. */
export interface ProtectedData {
  readonly dataset: Address;
  readonly owner: Address;
  readonly name: string;
  /** The types of its values, which are public. */
  readonly schema: Schema;
  /** The identifier of the encrypted file in the content store. */
  readonly cid: string;
  /** SHA-256 of the encrypted file. */
  readonly checksum: Hex;
  readonly transactionHash: Hex;
}

/** The functions of the contract that are called here. */
const DATA_PROTECTOR_ABI = [
  "function createDatasetWithSchema(address owner, string name, string schema, bytes multiaddr, bytes32 checksum) returns (address)",
] as const;

/**
 * Protects data: encrypts it, stores it, registers it as a dataset of the signer, and pushes its key to the secret
 * service, which releases it to enclaves of deals that the owner agreed to. The clear data does not leave this machine.
 *
 * @param data - Values by name (text, numbers, bigints, booleans, bytes, and objects of those), or the bytes of a file.
 * @throws {@link UnsupportedValueError}, {@link InvalidKeyError} or {@link EmptyDataError} for data that cannot be protected; {@link ServiceError};
 * {@link PocoRevertError}
 * @example
 * ```ts
 * const { dataset } = await protectData(clients, { name: "contact", data: { email: "alice@example.com" } });
 * ```
 */
export async function protectData(
  clients: Pick<Clients, "signer" | "contracts" | "dataProtector" | "secrets" | "store">,
  { name, data }: { readonly name: string; readonly data: DataObject | Uint8Array },
): Promise<ProtectedData> {
  const { signer, contracts, dataProtector, secrets, store } = clients;
  const { schema, encrypted, checksum, key } = await encryptData(data);
  const cid = await store.upload(encrypted);
  const owner = (await signer.getAddress()) as Address;

  const asset = [owner, name, encodeMultiaddr(cid), checksum] as const;
  const dataset = (await contracts.datasets.predictDataset(...asset)) as Address;
  const { hash } = await sendAndWait(
    dataProtector === undefined
      ? contracts.datasets.createDataset(...asset)
      : contractAt<DataProtector>(dataProtector, DATA_PROTECTOR_ABI, signer).createDatasetWithSchema(
          owner,
          name,
          JSON.stringify(schema),
          asset[2],
          checksum,
        ),
  );
  await secrets.writerOf(signer).push({ kind: "dataset", dataset }, key);
  return { dataset, owner, name, schema, cid, checksum, transactionHash: hash as Hex };
}
