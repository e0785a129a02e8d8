import { expect } from "chai";

import {
  InvalidFieldError,
  type MatchingFacts,
  type Mismatch,
  findBoostMismatches,
  findMismatches,
  parseTag,
} from "@poco-marketplace/sdk/index.js";
import {
  APP,
  type Changes,
  DATASET,
  FACTS,
  ZERO_ADDRESS,
  ORDERS,
  OTHER,
  POOL,
  POOL_OWNER,
  REQUESTER,
  WITHOUT_DATA,
  withChanges,
} from "../../fixtures/deal.js";

const refusals = (changes: Changes, facts: MatchingFacts = FACTS): Mismatch[] =>
  findMismatches(withChanges(changes), facts);

describe("Four orders that fit", () => {
  it("match, with a dataset and without", () => {
    expect(findMismatches(ORDERS, FACTS)).to.deep.equal([]);
    expect(findMismatches(WITHOUT_DATA, FACTS)).to.deep.equal([]);
    const { dataset: _unknown, ...withoutDataset } = FACTS;
    expect(findMismatches(WITHOUT_DATA, withoutDataset)).to.deep.equal([]);
    expect(() => findMismatches(ORDERS, withoutDataset)).to.throw(InvalidFieldError, "facts.dataset is missing");
  });

  it("match at every limit", () => {
    const facts: MatchingFacts = {
      ...FACTS,
      categoryCount: 3n,
      app: { ...FACTS.app, consumed: 99n },
      funds: { payer: REQUESTER, payerBalance: 1_012n, poolOwnerBalance: 300n },
    };
    expect(refusals({ request: { trust: 10n } }, facts)).to.deep.equal([]);
  });
});

describe("Orders without authority or volume", () => {
  it("do not match when an asset is not registered or its owner did not sign", () => {
    for (const [order, asset] of [
      ["app", APP] as const,
      ["dataset", DATASET] as const,
      ["workerpool", POOL] as const,
    ]) {
      const facts = FACTS[order];
      expect(refusals({}, { ...FACTS, [order]: { ...facts, registered: false } })).to.deep.equal([
        { reason: "NotRegistered", order, asset },
      ]);
      expect(refusals({}, { ...FACTS, [order]: { ...facts, signed: false } })).to.deep.equal([
        { reason: "NotSigned", order, signer: facts.signer },
      ]);
    }
    expect(refusals({}, { ...FACTS, request: { ...FACTS.request, signed: false } })).to.deep.equal([
      { reason: "NotSigned", order: "request", signer: REQUESTER },
    ]);
  });

  it("do not match when nothing is left of one of them", () => {
    for (const order of ["app", "dataset", "workerpool", "request"] as const) {
      const { volume } = ORDERS[order];
      const used: MatchingFacts = { ...FACTS, [order]: { ...FACTS[order], consumed: volume } };
      expect(refusals({}, used)).to.deep.equal([{ reason: "OrderExhausted", order, volume, consumed: volume }]);
    }
  });
});

describe("A null dataset order", () => {
  it("counts for nothing, whatever it says", () => {
    const nonsense = {
      datasetprice: 1_000_000n,
      volume: 0n,
      tag: parseTag(["gpu"]),
      apprestrict: OTHER,
      workerpoolrestrict: OTHER,
      requesterrestrict: OTHER,
    };
    const facts: MatchingFacts = {
      ...FACTS,
      dataset: { signer: ZERO_ADDRESS, signed: false, registered: false, consumed: 0n },
      funds: { payer: REQUESTER, payerBalance: 70n * 1_005n, poolOwnerBalance: 70n * 300n },
    };
    expect(findMismatches(withChanges({ dataset: nonsense }, WITHOUT_DATA), facts)).to.deep.equal([]);
  });
});

describe("The money to lock", () => {
  const funds = { payer: OTHER, payerBalance: 70n * 1_012n, poolOwnerBalance: 70n * 300n };

  it("must be there for the payer and the pool's owner", () => {
    expect(refusals({}, { ...FACTS, funds })).to.deep.equal([]);
    const short = { ...funds, payerBalance: funds.payerBalance - 1n, poolOwnerBalance: funds.poolOwnerBalance - 1n };
    expect(refusals({}, { ...FACTS, funds: short })).to.deep.equal([
      { reason: "ERC20InsufficientBalance", role: "payer", account: OTHER, available: 70_839n, needed: 70_840n },
      {
        reason: "ERC20InsufficientBalance",
        role: "workerpool owner",
        account: POOL_OWNER,
        available: 20_999n,
        needed: 21_000n,
      },
    ]);
  });

  it("must be there for both when they are one", () => {
    const balance = 70n * 1_312n;
    const own = { payer: POOL_OWNER, payerBalance: balance, poolOwnerBalance: balance };
    expect(refusals({}, { ...FACTS, funds: own })).to.deep.equal([]);
    const short = { payer: POOL_OWNER, payerBalance: balance - 1n, poolOwnerBalance: balance - 1n };
    expect(refusals({}, { ...FACTS, funds: short })).to.deep.equal([
      {
        reason: "ERC20InsufficientBalance",
        role: "workerpool owner",
        account: POOL_OWNER,
        available: 20_999n,
        needed: 21_000n,
      },
    ]);
  });
});

describe("Boost", () => {
  it("takes no trust above 1", () => {
    expect(findBoostMismatches(ORDERS, FACTS)).to.deep.equal([]);
    expect(findBoostMismatches(withChanges({ request: { trust: 2n } }), FACTS)).to.deep.equal([
      { reason: "TrustTooHighForBoost", trust: 2n },
    ]);
  });

  it("takes no price above 2^96 - 1, but that of a dataset that there is not", () => {
    const most = 2n ** 96n - 1n;
    const dear = withChanges({
      app: { appprice: most + 1n },
      dataset: { datasetprice: most + 2n },
      workerpool: { workerpoolprice: most + 3n },
      request: { appmaxprice: most + 1n, datasetmaxprice: most + 2n, workerpoolmaxprice: most + 3n },
    });
    expect(findMismatches(dear, FACTS)).to.deep.equal([]);
    const tooLarge = { reason: "PriceTooLargeForBoost", maxPrice: most };
    expect(findBoostMismatches(dear, FACTS)).to.deep.equal([
      { ...tooLarge, order: "app", price: most + 1n },
      { ...tooLarge, order: "dataset", price: most + 2n },
      { ...tooLarge, order: "workerpool", price: most + 3n },
    ]);
    const fair = withChanges({ app: { appprice: most }, request: { appmaxprice: most } });
    expect(findBoostMismatches(fair, FACTS)).to.deep.equal([]);
    const unsigned = withChanges({ dataset: { datasetprice: most + 1n } }, WITHOUT_DATA);
    expect(findBoostMismatches(unsigned, FACTS)).to.deep.equal([]);
  });

  it("needs money for 65,535 tasks at most", () => {
    const volume = 100_000n;
    const many = withChanges({ app: { volume }, dataset: { volume }, workerpool: { volume }, request: { volume } });
    const funds = { payer: REQUESTER, payerBalance: 65_535n * 1_012n, poolOwnerBalance: 65_535n * 300n };
    expect(findBoostMismatches(many, { ...FACTS, funds })).to.deep.equal([]);
    expect(findMismatches(many, { ...FACTS, funds })).to.have.length(2);
  });
});
