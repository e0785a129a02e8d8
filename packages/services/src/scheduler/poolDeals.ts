import type { DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import { readPoolDeal, type PoolDeal } from "./chainTask.js";
import type { EngineOptions } from "./engineContext.js";
import type { OpenTasks } from "./openTasks.js";

/** How many tasks are open at once; those after them wait in their deals. */
const MAX_OPEN_TASKS = 256;
/** Blocks after which a deal that the hub does not know is dropped: its block was replaced. */
const DROP_DEAL_BLOCKS = 12;

/** The deals of a pool: opens their tasks, oldest first, while there is room for more. */
export class PoolDeals {
  readonly #options: EngineOptions;
  readonly #tasks: OpenTasks;
  /** Deals as the hub has them. */
  readonly #cache = new Map<DealId, PoolDeal>();
  /** Whether there may be tasks to open since the last time that was tried. */
  #mayHaveTasks = true;
  #completeUpTo: number | undefined;

  constructor(options: EngineOptions, tasks: OpenTasks) {
    this.#options = options;
    this.#tasks = tasks;
  }

  /** The block up to which all tasks of all deals are open or were; nothing while some are not. */
  get completeUpTo(): number | undefined {
    return this.#completeUpTo;
  }

  /** A deal as the hub has it; nothing if it knows none of that id now. */
  async get(id: DealId): Promise<PoolDeal | undefined> {
    const deal = this.#cache.get(id) ?? (await readPoolDeal(this.#options.hub, id));
    if (deal === undefined) this.#mayHaveTasks = true;
    else this.#cache.set(id, deal);
    return deal;
  }

  /** There are new deals, or there is room for more tasks. */
  invalidate(): void {
    this.#mayHaveTasks = true;
  }

  /** After a chain reorg, deals may be otherwise: they are read again. */
  clearCache(): void {
    this.#cache.clear();
  }

  /** Opens tasks of deals while there is room, as of the chain's block `head`. */
  async openTasks(head: number): Promise<void> {
    if (!this.#mayHaveTasks && this.#completeUpTo !== undefined) this.#completeUpTo = head;
    if (!this.#mayHaveTasks || this.#room() <= 0) return;
    this.#completeUpTo = undefined;
    this.#mayHaveTasks = false;
    try {
      await this.#openTasks(head);
    } catch (error) {
      // The chain or the database did not answer: the rest is tried again, also if nothing new happens.
      this.#mayHaveTasks = true;
      throw error;
    }
  }

  async #openTasks(head: number): Promise<void> {
    const { deals } = this.#options.records;
    for (const { id, opened, block } of await deals.open()) {
      const deal = await this.get(id);
      if (deal === undefined) {
        if (head > block + DROP_DEAL_BLOCKS) await this.#drop(id, "it is not on this chain");
      } else if (!this.#isOurs(deal)) {
        await this.#drop(id, `it is for ${deal.scheduler}, who owned pool ${deal.workerpool}`);
      } else if (this.#room() > 0) {
        await this.#openTasksOf(deal, opened);
      }
    }
    if (!this.#mayHaveTasks && this.#room() > 0 && (await deals.open()).length === 0) this.#completeUpTo = head;
  }

  async #openTasksOf({ id, first, size }: PoolDeal, opened: bigint): Promise<void> {
    const { records, log } = this.#options;
    const tasks = await records.tasks.openNext({ id, opened }, { first, size, count: this.#room() });
    for (const task of tasks) this.#tasks.add(task);
    log.info({ deal: id, tasks: `${size}` }, "deal accepted");
  }

  async #drop(id: DealId, why: string): Promise<void> {
    await this.#options.records.deals.remove(id);
    this.#cache.delete(id);
    this.#tasks.deleteOf(id);
    this.#options.log.warn({ deal: id }, `deal skipped: ${why}`);
  }

  #isOurs({ scheduler, workerpool }: PoolDeal): boolean {
    return scheduler === this.#options.scheduler && workerpool === this.#options.workerpool;
  }

  #room(): number {
    return MAX_OPEN_TASKS - this.#tasks.size;
  }
}
