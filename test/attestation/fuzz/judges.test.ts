import { expect } from "chai";

import { ALLOWANCES } from "../../harness/fuzz/allowed.js";
import type { Part } from "../../harness/fuzz/assemble.js";
import { differenceOf } from "../../harness/fuzz/compare.js";
import { makeMutant } from "../../harness/fuzz/mutant.js";
import { deployJudges, type Judges } from "../../harness/fuzz/onChain.js";
import { createStock, LAYOUTS, type Stock } from "../../harness/fuzz/stock.js";
import { verifiersOf, runTrial, type Outcome } from "../../harness/fuzz/trial.js";

const BASE = { layout: "v3", ca: "Platform" } as const;
/** An attribute of an enclave by which its owner can look into it, beside those that all have. */
const DEBUG = { part: "statement", at: 96, cut: 1, put: "07" } as const;
const VERSION_9 = { part: "statement", at: 0, cut: 1, put: "09" } as const;

function fatesOf({ offChain, onChain, difference }: Outcome): readonly (string | undefined)[] {
  return [offChain.fate, onChain.fate, difference];
}

describe("Whoever judges mutants", () => {
  let stock: Stock;
  let judges: Judges;
  before(async () => {
    stock = await createStock();
    judges = await deployJudges(stock);
  });
  after(() => judges.close());

  function judge(
    splices: readonly { part: Part; at: number; cut: number; put: string }[],
    { verifier = "quote", debug = "refused" }: Partial<Pick<Parameters<typeof runTrial>[1], "verifier" | "debug">> = {},
  ): Promise<Outcome> {
    return runTrial({ judges, stock }, { mutant: { base: BASE, splices }, verifier, debug });
  }

  it("believes what was not changed, in every layout and by either CA", async () => {
    for (const layout of Object.keys(LAYOUTS) as (keyof typeof LAYOUTS)[]) {
      for (const ca of ["Platform", "Processor"] as const) {
        for (const verifier of ["quote", "chain"] as const) {
          const mutant = { base: { layout, ca }, splices: [] };
          const outcome = await runTrial({ judges, stock }, { mutant, verifier, debug: "refused" });
          expect(fatesOf(outcome)).to.deep.equal(["valid", "valid", undefined]);
        }
      }
    }
  });

  it("takes an enclave in debug mode only when told to", async () => {
    expect(fatesOf(await judge([DEBUG], { debug: "accepted" }))).to.deep.equal(["valid", "valid", undefined]);
    expect(fatesOf(await judge([DEBUG]))).to.deep.equal(["DebugEnclave", "DebugEnclave", undefined]);
  });

  it("sees another verdict, another value, another fact, and a side that breaks", async () => {
    const valid = await judge([]);
    const refused = await judge([VERSION_9]);
    const debug = await judge([DEBUG]);
    const [believed] = [valid.onChain as Extract<Outcome["onChain"], { fate: "valid" }>];

    expect(differenceOf(valid.offChain, valid.onChain)).to.equal(undefined);
    expect(differenceOf(valid.offChain, refused.onChain)).to.equal("the verdict");
    expect(differenceOf(refused.offChain, debug.onChain)).to.equal("the verdict");
    const other = { ...believed, proven: { ...believed.proven, serial: "1" } };
    expect(differenceOf(valid.offChain, other)).to.equal("what is proven: serial");
    const broken = { fate: "broken", how: "it panics", gas: 1, length: 1 } as const;
    expect(differenceOf(refused.offChain, broken)).to.equal("a verifier that breaks");
    expect(differenceOf({ fate: "broken", how: "it throws" }, refused.onChain)).to.equal("a verifier that breaks");
    const version8 = await judge([{ ...VERSION_9, put: "08" }]);
    expect(differenceOf(refused.offChain, version8.onChain)).to.equal("the values of UnsupportedVersion");
    const shorter = [100, 101].map((at) => judge([{ part: "quote", at, cut: 10_000, put: "" }]));
    const [first, second] = await Promise.all(shorter);
    expect(differenceOf(first!.offChain, second!.onChain)).to.equal("the values of Truncated");
  });

  it("notices a call that takes more gas than it may, and keeps what others take", async () => {
    const { quote } = makeMutant(stock, { base: BASE, splices: [] });
    const enough = await judges.judgeQuote(quote, "refused");
    expect(enough.gas).to.be.within(100_000, 290_000);

    const strict = await deployJudges(stock, () => enough.gas - 5_000);
    const verdict = await strict.judgeQuote(quote, "refused");
    await strict.close();
    expect(verdict.fate).to.equal("broken");
  });

  it("allows that contracts do not read names, and nothing beside them", async () => {
    const { signed } = stock.chains.Platform.pck;
    const text = Buffer.from(signed).indexOf("SIMULATED SGX PCK Certificate");
    const inName = await judge([{ part: "pck signed", at: text - 2, cut: 1, put: "05" }]);
    expect([inName.offChain.fate, inName.onChain.fate, inName.allowed]).to.deep.equal([
      "MalformedDer",
      "valid",
      "names",
    ]);

    const assembled = makeMutant(stock, { base: BASE, splices: [] });
    const { holds } = ALLOWANCES.find(({ name }) => name === "names")!;
    const onChain = { fate: "broken", how: "it panics", gas: 1, length: 1 } as const;
    expect(holds({ ...inName, onChain }, assembled)).to.equal(false);
    const version = await judge([{ part: "pck signed", at: 8, cut: 1, put: "05" }]);
    expect(version.offChain.fate).to.equal("MalformedDer");
    expect(holds(version, assembled)).to.equal(false);
  });

  it("is the registry too where the PCK or the intermediate certificate is another", async () => {
    const splice = { part: "intermediate signature", at: 63, cut: 1, put: "00" } as const;
    expect(verifiersOf({ base: BASE, splices: [splice] })).to.deep.equal(["quote", "chain"]);
    expect(verifiersOf({ base: BASE, splices: [VERSION_9] })).to.deep.equal(["quote"]);
    expect(fatesOf(await judge([splice], { verifier: "chain" }))).to.deep.equal([
      "CertificateSignatureInvalid",
      "CertificateSignatureInvalid",
      undefined,
    ]);
  });
});
