import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { decodeResultLink } from "@poco-marketplace/sdk/protocol/result.js";
import {
  decryptResult,
  generateResultKeyPair,
  toResultSecret,
  type ResultKeyPair,
} from "@poco-marketplace/sdk/protect/resultEncryption.js";
import { unzip } from "@poco-marketplace/sdk/protect/zip.js";
import type { SecretWriter } from "@poco-marketplace/sdk/client/secrets.js";
import type { ContentStore } from "@poco-marketplace/services/store/contentStore.js";

/** A decrypted and unpacked result. */
export interface OpenedResult {
  /** The zip of what the program wrote. */
  readonly zip: Uint8Array;
  /** Its files by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The result cannot be fetched, since it is not stored under an IPFS content identifier. */
export class UnreachableResultError extends Error {
  override readonly name = "UnreachableResultError";

  constructor(storage: string, location: string | undefined) {
    super(`The result is in ${storage} at ${location ?? "no location"}: only /ipfs/<cid> can be fetched here.`);
  }
}

/** The beneficiary of deals, for whom results are encrypted, so that no one else can read them. */
export class Beneficiary {
  readonly address: Address;
  readonly #keys: ResultKeyPair;
  readonly #store: ContentStore;

  private constructor(address: Address, keys: ResultKeyPair, store: ContentStore) {
    this.address = address;
    this.#keys = keys;
    this.#store = store;
  }

  /** Generates a key pair, which takes about a second, and pushes the public key to the secret service. */
  static async create(
    address: Address,
    { store, vault }: { store: ContentStore; vault: SecretWriter },
  ): Promise<Beneficiary> {
    const keys = await generateResultKeyPair();
    await vault.push({ kind: "resultKey", beneficiary: address }, toResultSecret(keys.publicKey));
    return new Beneficiary(address, keys, store);
  }

  /**
   * Fetches a result from where `results` on chain points, decrypts it and unpacks it.
   *
   * @throws {@link UnreachableResultError}, `ArchiveTooLargeError`, and what decrypting throws
   */
  async open(results: Hex): Promise<OpenedResult> {
    const { storage, location } = decodeResultLink(results);
    const cid = /^\/ipfs\/(.+)$/.exec(location ?? "")?.[1];
    if (cid === undefined) throw new UnreachableResultError(storage, location);

    const zip = await decryptResult(await this.#store.get(cid), this.#keys.privateKey);
    return { zip, files: await unzip(zip) };
  }
}
