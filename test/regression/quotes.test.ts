import { expect } from "chai";

import { makeMutant } from "../harness/fuzz/mutant.js";
import { deployJudges, type Judges } from "../harness/fuzz/onChain.js";
import { digestOf } from "../harness/fuzz/report.js";
import { createStock, type Stock } from "../harness/fuzz/stock.js";
import { runTrial } from "../harness/fuzz/trial.js";
import { QUOTE_FINDINGS } from "./quotes.js";

describe("A quote that the two verifiers once judged differently", () => {
  let stock: Stock;
  let judges: Judges;
  before(async () => {
    stock = await createStock();
    judges = await deployJudges(stock);
  });
  after(() => judges.close());

  for (const { name, verifier, debug, digest, fate, ...mutant } of QUOTE_FINDINGS) {
    it(`is ${fate === "valid" ? "valid" : `refused with ${fate}`} by both: ${name}`, async () => {
      const assembled = makeMutant(stock, mutant);
      expect(digestOf(assembled.quote), "the quote that was found").to.equal(digest);

      const outcome = await runTrial({ judges, stock }, { mutant, verifier, debug }, assembled);
      expect([outcome.offChain.fate, outcome.onChain.fate]).to.deep.equal([fate, fate]);
      expect(outcome.difference).to.equal(undefined);
    });
  }
});
