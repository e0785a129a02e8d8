/** What JSON-RPC calls parameters that a method does not take. */
const INVALID_PARAMS = -32_602;

/** Mines a block every so often: here, not in the node, whose own timer nobody could write down. */
export class IntervalMiner {
  readonly #mine: () => Promise<unknown>;
  #timer: NodeJS.Timeout | undefined;
  #range: readonly [number, number] = [0, 0];

  constructor(mine: () => Promise<unknown>) {
    this.#mine = mine;
  }

  /**
   * From now on, as often as the parameters of `evm_setIntervalMining` say: milliseconds, or the least and the most; 0
   * for not at all.
   *
   * @throws Error of JSON-RPC for other parameters
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
        // A block that could not be mined is asked for again when it is time for the next.
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

/** Milliseconds that a timer can wait. */
function isTime(time: unknown): boolean {
  return Number.isInteger(time) && Number(time) >= 0 && Number(time) < 2 ** 31;
}
