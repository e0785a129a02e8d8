import { expect } from "chai";

import {
  judgePayments,
  judgePots,
  keepBooks,
  KITTY,
  NO_BOOKS,
  type MoneyEvent,
} from "../harness/faults/judge/money.js";
import type { Address, Hex } from "@poco-marketplace/sdk/index.js";

const TASK: Hex = `0x${"7a".repeat(32)}`;
const address = (digit: string) => `0x${digit.repeat(40)}` as Address;
const [PAYER, POOL, SELLER, WORKER, HUB] = [address("1"), address("2"), address("3"), address("4"), address("5")];
const ZERO_ADDRESS = address("0");

/** 100 nRLC: 10 for the app, 60 for the worker, 30 for the pool. */
const TERMS = { task: TASK, payer: PAYER, price: 100n, sellers: [{ seller: SELLER, price: 10n }] };
const transfer = (from: Address, to: Address, value: bigint): MoneyEvent => ({ name: "Transfer", from, to, value });
const seize = (owner: Address, amount: bigint): MoneyEvent => ({ name: "Seize", owner, amount, ref: TASK });
const reward = (owner: Address, amount: bigint): MoneyEvent[] => [
  transfer(HUB, owner, amount),
  { name: "Reward", owner, amount, ref: TASK },
];
const lock = (owner: Address, amount: bigint): MoneyEvent[] => [
  transfer(owner, HUB, amount),
  { name: "Lock", owner, amount },
];
const unlock = (owner: Address, amount: bigint): MoneyEvent[] => [
  transfer(HUB, owner, amount),
  { name: "Unlock", owner, amount },
];
const MATCH = [
  transfer(ZERO_ADDRESS, PAYER, 500n),
  transfer(ZERO_ADDRESS, POOL, 50n),
  ...lock(PAYER, 100n),
  ...lock(POOL, 30n),
];
const FINALIZED: MoneyEvent = { name: "TaskFinalize", task: TASK };
const CLAIMED: MoneyEvent = { name: "TaskClaimed", task: TASK };
const PAID = [
  seize(PAYER, 100n),
  ...reward(SELLER, 10n),
  ...unlock(POOL, 30n),
  ...reward(WORKER, 60n),
  ...reward(POOL, 30n),
];
const REFUNDED: MoneyEvent[] = [
  ...unlock(PAYER, 100n),
  seize(POOL, 30n),
  { name: "Reward", owner: KITTY, amount: 30n, ref: TASK },
  { name: "Lock", owner: KITTY, amount: 30n },
];

function judge(...events: readonly MoneyEvent[]): string[] {
  return judgePayments(keepBooks(NO_BOOKS, [...MATCH, ...events]), [TERMS]).map(({ what }) => what);
}

describe("The judge of money", () => {
  it("is content with a task that is paid once, one that is refunded, and one that goes on", () => {
    expect(judge(FINALIZED, ...PAID)).to.deep.equal([]);
    expect(judge(CLAIMED, ...REFUNDED)).to.deep.equal([]);
    expect(judge()).to.deep.equal([]);
  });

  for (const [what, events, sentence] of [
    ["a task that ended twice", [FINALIZED, ...PAID, CLAIMED], "ended 2 times: TaskFinalize, TaskClaimed"],
    ["a price that was taken twice", [FINALIZED, ...PAID, seize(PAYER, 100n), ...reward(POOL, 100n)], "took 200 nRLC"],
    ["a price that was taken for nothing", [CLAIMED, seize(PAYER, 100n), ...reward(POOL, 100n)], "not 0"],
    ["a result that was not paid for", [FINALIZED, ...reward(SELLER, 10n)], "took 0 nRLC of who pays, not 100"],
    [
      "a seller that was paid twice",
      [FINALIZED, ...PAID, ...reward(SELLER, 10n)],
      `paid ${SELLER} its 10 nRLC 2 times`,
    ],
    ["a seller that was not paid", [FINALIZED, seize(PAYER, 100n), ...reward(POOL, 100n)], "0 times, not 1"],
    ["a seller that was paid for nothing", [CLAIMED, ...REFUNDED, ...reward(SELLER, 10n)], "1 times, not 0"],
    ["a worker that was paid twice", [FINALIZED, ...PAID, ...reward(WORKER, 60n)], "took 100 nRLC and paid 160"],
    ["money that went nowhere", [FINALIZED, ...PAID, seize(WORKER, 5n)], "took 105 nRLC and paid 100"],
  ] as const) {
    it(`finds ${what}`, () => {
      expect(judge(...events).join("\n")).to.contain(sentence);
    });
  }

  it("finds balances that are not what events say", () => {
    const books = keepBooks(keepBooks(NO_BOOKS, MATCH), [FINALIZED, ...PAID]);
    const right = new Map([
      [PAYER, { free: 400n, frozen: 0n }],
      [POOL, { free: 80n, frozen: 0n }],
      [WORKER, { free: 60n, frozen: 0n }],
      [KITTY, { free: 0n, frozen: 0n }],
    ]);
    expect(judgePots(books, right)).to.deep.equal([]);
    for (const wrong of [
      { free: 61n, frozen: 0n },
      { free: 60n, frozen: 1n },
    ]) {
      const [found, ...more] = judgePots(books, new Map([...right, [WORKER, wrong]]));
      expect(more).to.deep.equal([]);
      expect(found!.what).to.contain(`${WORKER} has by the events 60 nRLC free and 0 locked`);
    }
  });

  it("keeps the books of a refund, kitty and all", () => {
    const books = keepBooks(NO_BOOKS, [...MATCH, CLAIMED, ...REFUNDED]);
    expect(books.pots.get(PAYER)).to.deep.equal({ free: 500n, frozen: 0n });
    expect(books.pots.get(POOL)).to.deep.equal({ free: 20n, frozen: 0n });
    expect(books.pots.get(KITTY)).to.deep.equal({ free: 0n, frozen: 30n });
  });
});
