import { expect } from "chai";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { isSignedBy } from "@poco-marketplace/enclave/attestation/p256.js";
import { randomOf } from "../../harness/random.js";
import { makeMutant, splicesOf, type Splice } from "../../harness/fuzz/mutant.js";
import { UsageError } from "@poco-marketplace/cli/commandLine.js";
import { readOptions } from "../../harness/fuzz/options.js";
import { reproducibleKey } from "../../harness/fuzz/reproducibleKey.js";
import { shrink } from "../../harness/fuzz/shrink.js";
import { createStock } from "../../harness/fuzz/stock.js";
import type { Trial } from "../../harness/fuzz/trial.js";
import { randomMutant } from "../../harness/fuzz/randomMutant.js";

const BASE = { layout: "v3", ca: "Platform" } as const;

/** What counts is that byte 70 is changed, and that at least 3 bytes are added. */
function showsBoth({ mutant }: Trial): Promise<boolean> {
  const [changed, added] = mutant.splices.filter(({ part }) => part === "quote");
  const isChanged = changed !== undefined && changed.at <= 70;
  const isThere = isChanged && Buffer.from(changed.put, "hex")[70 - changed.at] === 0xab;
  return Promise.resolve(isThere && (added?.put.length ?? 0) >= 6);
}

describe("Random mutants", () => {
  it("are the same for the same seed, and can be made again from what is printed of them", async () => {
    const [stock, other] = [await createStock(), await createStock()];
    for (let index = 0; index < 60; index++) {
      const { quote, mutant } = randomMutant(randomOf(5, index), stock);
      expect(toHex(randomMutant(randomOf(5, index), other).quote)).to.equal(toHex(quote));
      expect(toHex(makeMutant(stock, mutant).quote)).to.equal(toHex(quote));
    }
  });

  it("say what was changed with few bytes, however far apart", () => {
    const before = Buffer.alloc(100, 7);
    const after = Buffer.concat([before.subarray(0, 3), Buffer.of(1), before.subarray(4, 90), Buffer.of(2, 3, 4, 7)]);
    expect(splicesOf("quote", before, after)).to.deep.equal([
      { part: "quote", at: 3, cut: 1, put: "01" },
      { part: "quote", at: 90, cut: 9, put: "020304" },
    ]);
    expect(splicesOf("quote", before, before)).to.deep.equal([]);
  });

  it("are signed by keys that sign the same in the same way each time", () => {
    const message = Buffer.from("message");
    for (let index = 0; index < 20; index++) {
      const name = `key ${index}`;
      const { point, sign } = reproducibleKey(name);
      expect(isSignedBy(point, message, sign(message))).to.equal(true);
      expect(isSignedBy(point, Buffer.from("other"), sign(message))).to.equal(false);
      expect(toHex(reproducibleKey(name).sign(message))).to.equal(toHex(sign(message)));
    }
  });

  it("are made smaller as long as they show what was found", async () => {
    const splices: readonly Splice[] = [
      { part: "statement", at: 0, cut: 4, put: "ffffffff" },
      { part: "quote", at: 50, cut: 64, put: "ab".repeat(64) },
      { part: "quote", at: 200, cut: 0, put: "cd".repeat(40) },
    ];
    const trial: Trial = {
      mutant: { base: { layout: "v5", ca: "Processor" }, splices },
      verifier: "quote",
      debug: "refused",
    };
    const { mutant } = await shrink(trial, showsBoth, (_, { cut }) => new Uint8Array(cut));
    expect(mutant).to.deep.equal({
      base: BASE,
      splices: [
        { part: "quote", at: 70, cut: 1, put: "ab" },
        { part: "quote", at: 200, cut: 0, put: "cdcdcd" },
      ],
    });
  });

  it("are drawn as the command line says", () => {
    expect(readOptions(["--seed", "7", "--mutants", "9", "--first", "3", "--json"])).to.deep.equal({
      seed: 7,
      mutants: 9,
      first: 3,
      json: true,
    });
    expect(readOptions(["--help"])).to.equal(undefined);
    expect(() => readOptions(["--mutants", "0"])).to.throw(UsageError, "--mutants is 0: give a whole number from 1 to");
    expect(() => readOptions(["--mutant", "1"])).to.throw(UsageError, "See npm run fuzz:quotes -- --help.");
  });
});
