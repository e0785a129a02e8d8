/** The JSON-RPC error code for invalid parameters. */
const INVALID_PARAMS = -32_602;

/** Mines a block at an interval. The node's own timer is not used, since the history could not record its blocks. */
export class IntervalMiner {
  readonly #mine: () => Promise<unknown>;
  #timer: NodeJS.Timeout | undefined;
  #range: readonly [number, number] = [0, 0];

  constructor(mine: () => Promise<unknown>) {
    this.#mine = mine;
  }

  /**
   * Sets the interval by the parameters of `evm_setIntervalMining`: milliseconds, or the least and the most of them; 0
   * stops mining.
   *
   * @throws `Error` with a JSON-RPC code for other parameters
   */
  set(params: readonly unknown[]): true {
    const [every] = params;
    const range = Array.isArray(every) ? (every as unknown[]) : [every, every];
    if (params.length !== 1 || !isRange(range)) {
      const message = `evm_setIntervalMining takes milliseconds, or the least and the most of them, not ${JSON.stringify(params)}.`;
      throw Object.assign(new Error(message), { code: INVALID_PARAMS });
    }
    this.#range = range;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (range[1] > 0) this.#wait();
    return true;
  }

  #wait(): void {
    const [least, most] = this.#range;
    const timer = setTimeout(
      () => {
        // A block that could not be mined is tried again after the next interval.
        const done = this.#mine().catch(() => undefined);
        void done.then(() => this.#timer === timer && this.#wait());
      },
      least + Math.random() * (most - least),
    );
    this.#timer = timer.unref();
  }
}

function isRange(range: readonly unknown[]): range is readonly [number, number] {
  const [least, most] = range;
  return range.length === 2 && isTime(least) && isTime(most) && Number(least) <= Number(most);
}

/** Returns whether a value is a number of milliseconds that a timer can wait. */
function isTime(time: unknown): boolean {
  return Number.isInteger(time) && Number(time) >= 0 && Number(time) < 2 ** 31;
}
