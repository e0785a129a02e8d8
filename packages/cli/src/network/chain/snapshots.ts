import type { HistoryProvider } from "./entry.js";

/**
 * Snapshots by the ids that clients know, which are the same when the chain happens again: the node's own are not, since it
 * takes snapshots for itself.
 */
export class Snapshots {
  /** The node's ids, in the order in which clients were told of them. */
  readonly #taken: unknown[] = [];

  /** Takes one; returns the client's id. */
  async take(provider: HistoryProvider): Promise<string> {
    this.#taken.push(await provider.request({ method: "evm_snapshot" }));
    return `0x${this.#taken.length.toString(16)}`;
  }

  /** Goes back to one, and says whether there was one of that id. */
  async revert(provider: HistoryProvider, params: readonly unknown[]): Promise<unknown> {
    const [id] = params;
    const isId = typeof id === "string" && /^0x[0-9a-f]{1,8}$/i.test(id);
    const known = isId && params.length === 1 ? this.#taken[Number(id) - 1] : undefined;
    if (isId && known === undefined) return false;
    // The node says what is wrong with anything that is no id.
    return provider.request({ method: "evm_revert", params: known === undefined ? [...params] : [known] });
  }
}
