import { expect } from "chai";

import { type BalanceChange, type Move, balanceChanges, totalOf } from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";

const [ALICE, BOB] = [addressOf(1), addressOf(2)];

/** What a move of 7 nRLC does to Alice. */
function effect(move: Move["move"]): BalanceChange | undefined {
  return balanceChanges([{ move, account: ALICE, amount: 7n }]).get(ALICE);
}

describe("A move of the books", () => {
  it("goes between the free and the frozen balance, and the hub", () => {
    expect(effect("Lock")).to.deep.equal({ free: -7n, frozen: 7n });
    expect(effect("Unlock")).to.deep.equal({ free: 7n, frozen: -7n });
    expect(effect("Seize")).to.deep.equal({ free: 0n, frozen: -7n });
    expect(effect("Reward")).to.deep.equal({ free: 7n, frozen: 0n });
  });

  it("adds to the other moves of the same account", () => {
    const moves: Move[] = [
      { move: "Lock", account: ALICE, amount: 10n },
      { move: "Seize", account: ALICE, amount: 4n },
      { move: "Reward", account: BOB, amount: 4n },
      { move: "Unlock", account: ALICE, amount: 6n },
      { move: "Reward", account: BOB, amount: 1n },
    ];
    expect([...balanceChanges(moves)]).to.deep.equal([
      [ALICE, { free: -4n, frozen: 0n }],
      [BOB, { free: 5n, frozen: 0n }],
    ]);
    expect(totalOf("Reward", moves)).to.equal(5n);
    expect(totalOf("Seize", moves)).to.equal(4n);
    expect(totalOf("Seize", [])).to.equal(0n);
  });
});
