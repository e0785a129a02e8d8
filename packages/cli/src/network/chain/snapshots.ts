import type { HistoryProvider } from "./entry.js";

/**
 * Snapshots by ids that stay the same when the history is replayed. The node's own ids do not, since it also takes
 * snapshots internally.
 */
export class Snapshots {
  /** The node's ids, in the order of the clients' ids. */
  readonly #taken: unknown[] = [];

  /** Takes a snapshot, and returns the client's id of it. */
  async take(provider: HistoryProvider): Promise<string> {
    this.#taken.push(await provider.request({ method: "evm_snapshot" }));
    return `0x${this.#taken.length.toString(16)}`;
  }

  /** Reverts to a snapshot, and returns whether there was one with that id. */
  async revert(provider: HistoryProvider, params: readonly unknown[]): Promise<unknown> {
    const [id] = params;
    const isId = typeof id === "string" && /^0x[0-9a-f]{1,8}$/i.test(id);
    const known = isId && params.length === 1 ? this.#taken[Number(id) - 1] : undefined;
    if (isId && known === undefined) return false;
    // For parameters that are not an id, the node returns the error.
    return provider.request({ method: "evm_revert", params: known === undefined ? [...params] : [known] });
  }
}
