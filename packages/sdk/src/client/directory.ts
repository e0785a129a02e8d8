import { readAddress } from "../protocol/field.js";
import type { Address } from "../protocol/ids.js";
import { ServiceConnection, type ServiceOptions } from "./serviceConnection.js";

/** The time limit for an answer, in milliseconds. */
const TIMEOUT = 10_000;

/**
 * The directory of a network (official clients call it compass): the URLs of schedulers, and the addresses of named
 * apps.
 */
export class DirectoryClient {
  readonly #connection: ServiceConnection;
  readonly #chainId: string;

  /**
   * @param url - The URL of the directory: the indexer's origin.
   * @throws {@link InvalidFieldError} when the URL is none.
   * @example
   * ```ts
   * const directory = new DirectoryClient(network.compass, { chainId: network.chainId });
   * ```
   */
  constructor(url: string, { chainId, timeoutMs = TIMEOUT }: { readonly chainId: bigint | number } & ServiceOptions) {
    this.#connection = new ServiceConnection("directory", url, timeoutMs);
    this.#chainId = String(chainId);
  }

  /**
   * Returns the URL of a workerpool's scheduler; undefined if the directory has none.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const url = await directory.schedulerOf(workerpool);
   * ```
   */
  async schedulerOf(workerpool: Address): Promise<string | undefined> {
    const path = `/${this.#chainId}/workerpools/${readAddress("workerpool", workerpool)}`;
    return (await this.#connection.find<{ apiUrl: string }>(path))?.apiUrl;
  }

  /**
   * Returns the address of the app with a name, such as `web3mail-tdx`; undefined if the directory has none.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const app = await directory.appNamed("web3mail-tdx");
   * ```
   */
  async appNamed(name: string): Promise<Address | undefined> {
    const path = `/${this.#chainId}/iapps/${encodeURIComponent(name)}`;
    return (await this.#connection.find<{ address: Address }>(path))?.address;
  }
}
