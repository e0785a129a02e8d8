import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Violation } from "./violation.js";

/** An event of the hub that moves money, or ends a task. Amounts are nRLC. */
export type MoneyEvent =
  | { readonly name: "Transfer"; readonly from: Address; readonly to: Address; readonly value: bigint }
  | { readonly name: "Lock" | "Unlock"; readonly owner: Address; readonly amount: bigint }
  | { readonly name: "Reward" | "Seize"; readonly owner: Address; readonly amount: bigint; readonly ref: Hex }
  | { readonly name: "TaskFinalize" | "TaskClaimed"; readonly task: TaskId };

/** The balance of an account, in nRLC. */
export interface Pot {
  readonly free: bigint;
  readonly frozen: bigint;
}

/** The payments into and out of a task according to events. */
interface TaskMoney {
  ends: ("TaskFinalize" | "TaskClaimed")[];
  readonly seized: Map<Address, bigint>;
  readonly rewarded: Map<Address, bigint[]>;
}

/** The balances of accounts and the endings of tasks, according to the events so far. */
export interface Books {
  readonly pots: ReadonlyMap<Address, Pot>;
  readonly tasks: ReadonlyMap<TaskId, TaskMoney>;
}

/** The payer of a task and the sellers of its assets. Prices are nRLC. */
export interface TaskTerms {
  readonly task: TaskId;
  readonly payer: Address;
  readonly price: bigint;
  /** The sellers that receive a fixed price, once, when the task is completed. */
  readonly sellers: readonly { readonly seller: Address; readonly price: bigint }[];
}

const ZERO_ADDRESS = `0x${"00".repeat(20)}` as Address;
/** The kitty's account, which has the stakes of pools that failed; its moves have no Transfer. */
export const KITTY = "0x99c2268479b93fDe36232351229815DF80837e23" as Address;

export const NO_BOOKS: Books = { pots: new Map(), tasks: new Map() };

/** The books after more events. The earlier books stay unchanged. */
export function keepBooks(books: Books, events: readonly MoneyEvent[]): Books {
  const pots = new Map(books.pots);
  const tasks = new Map(books.tasks);
  const add = (owner: Address, free: bigint, frozen: bigint) => {
    const pot = pots.get(owner) ?? { free: 0n, frozen: 0n };
    pots.set(owner, { free: pot.free + free, frozen: pot.frozen + frozen });
  };
  const change = (task: TaskId): TaskMoney => {
    const known = tasks.get(task);
    const copy = { ends: [...(known?.ends ?? [])], seized: new Map(known?.seized), rewarded: new Map(known?.rewarded) };
    tasks.set(task, copy);
    return copy;
  };
  for (const event of events) {
    if (event.name === "Transfer") {
      if (event.from !== ZERO_ADDRESS) add(event.from, -event.value, 0n);
      if (event.to !== ZERO_ADDRESS) add(event.to, event.value, 0n);
    } else if (event.name === "Lock") {
      add(event.owner, 0n, event.amount);
    } else if (event.name === "Unlock") {
      add(event.owner, 0n, -event.amount);
    } else if (event.name === "Seize") {
      add(event.owner, 0n, -event.amount);
      const { seized } = change(event.ref);
      seized.set(event.owner, (seized.get(event.owner) ?? 0n) + event.amount);
    } else if (event.name === "Reward") {
      const { rewarded } = change(event.ref);
      rewarded.set(event.owner, [...(rewarded.get(event.owner) ?? []), event.amount]);
    } else if (event.name === "TaskFinalize" || event.name === "TaskClaimed") {
      change(event.task).ends.push(event.name);
    }
  }
  return { pots, tasks };
}

/** Checks that balances are as events say. */
export function judgePots({ pots }: Books, actual: ReadonlyMap<Address, Pot>): Violation[] {
  return [...actual].flatMap(([owner, { free, frozen }]) => {
    const told = pots.get(owner) ?? { free: 0n, frozen: 0n };
    if (told.free === free && told.frozen === frozen) return [];
    const says = `by the events ${told.free} nRLC free and ${told.frozen} locked`;
    return [{ law: "nothing twice", what: `${owner} has ${says}, but on chain ${free} and ${frozen}` }];
  });
}

function sum(amounts: Iterable<bigint>): bigint {
  return [...amounts].reduce((a, b) => a + b, 0n);
}

/** Checks that every task ended once, took its price once or not at all, and paid out what it took. */
export function judgePayments({ tasks }: Books, terms: readonly TaskTerms[]): Violation[] {
  return terms.flatMap(({ task, payer, price, sellers }): Violation[] => {
    const money: TaskMoney = tasks.get(task) ?? { ends: [], seized: new Map(), rewarded: new Map() };
    const said = (what: string): Violation => ({ law: "nothing twice", what: `task ${task} ${what}` });
    if (money.ends.length > 1) return [said(`ended ${money.ends.length} times: ${money.ends.join(", ")}`)];
    const isPaid = money.ends[0] === "TaskFinalize";
    const found: Violation[] = [];
    const taken = money.seized.get(payer) ?? 0n;
    const due = isPaid ? price : 0n;
    if (taken !== due) found.push(said(`took ${taken} nRLC of who pays, not ${due}`));
    for (const { seller, price: own } of sellers) {
      const times = (money.rewarded.get(seller) ?? []).filter((amount) => amount === own).length;
      const dueTimes =
        isPaid && own > 0n ? sellers.filter((each) => each.seller === seller && each.price === own).length : 0;
      if (times !== dueTimes) found.push(said(`paid ${seller} its ${own} nRLC ${times} times, not ${dueTimes}`));
    }
    const [seized, rewarded] = [sum(money.seized.values()), sum([...money.rewarded.values()].flat())];
    if (seized !== rewarded) found.push(said(`took ${seized} nRLC and paid ${rewarded}`));
    return found;
  });
}
