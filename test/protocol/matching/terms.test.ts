import { expect } from "chai";

import { type Address, type Mismatch, type TermFacts, parseTag, termMismatches } from "@poco-marketplace/sdk/index.js";
import {
  APP,
  type Changes,
  DATASET,
  FACTS,
  ZERO_ADDRESS,
  OTHER,
  POOL,
  REQUESTER,
  TEE,
  WITHOUT_DATA,
  withChanges,
} from "../../fixtures/deal.js";
import { addressOf } from "../../fixtures/addresses.js";

const GROUP = addressOf(6_666);

const refusals = (changes: Changes, facts: TermFacts = FACTS): Mismatch[] => [
  ...termMismatches(withChanges(changes), facts),
];

describe("Orders of different terms", () => {
  it("do not match across categories, or in one that there is not", () => {
    expect(refusals({ request: { category: 3n } })).to.deep.equal([
      { reason: "CategoryMismatch", demanded: 3n, offered: 2n },
    ]);
    expect(refusals({}, { ...FACTS, categoryCount: 2n })).to.deep.equal([
      { reason: "UnknownCategory", category: 2n, count: 2n },
    ]);
  });

  it("do not match when the pool offers less trust", () => {
    expect(refusals({ request: { trust: 11n } })).to.deep.equal([
      { reason: "TrustTooHigh", demanded: 11n, offered: 10n },
    ]);
  });

  it("do not match when anything costs more than the request pays", () => {
    expect(refusals({ app: { appprice: 6n } })).to.deep.equal([
      { reason: "PriceTooHigh", order: "app", price: 6n, maxPrice: 5n },
    ]);
    expect(refusals({ dataset: { datasetprice: 8n } })).to.deep.equal([
      { reason: "PriceTooHigh", order: "dataset", price: 8n, maxPrice: 7n },
    ]);
    expect(refusals({ workerpool: { workerpoolprice: 1_001n } })).to.deep.equal([
      { reason: "PriceTooHigh", order: "workerpool", price: 1_001n, maxPrice: 1_000n },
    ]);
  });

  it("do not match when the pool lacks a tag", () => {
    const demanded = parseTag(["tee", "scone", "gpu"]);
    const missing = parseTag(["gpu"]);
    const refused = [{ reason: "TagNotCovered", demanded, offered: TEE, missing }];
    expect(refusals({ request: { tag: missing } })).to.deep.equal(refused);
    expect(refusals({ dataset: { tag: missing } })).to.deep.equal(refused);
    expect(refusals({ app: { tag: demanded } })).to.deep.equal(refused);
  });

  it("do not match when an enclave is asked of an app that has none", () => {
    const app = parseTag(["scone"]);
    expect(refusals({ app: { tag: app } })).to.deep.equal([{ reason: "AppWithoutTee", demanded: TEE, app }]);
  });

  it("do not match when the request is for something else", () => {
    expect(refusals({ request: { app: OTHER } })).to.deep.equal([
      { reason: "AssetMismatch", order: "app", demanded: OTHER, offered: APP },
    ]);
    expect(refusals({ request: { dataset: OTHER } })).to.deep.equal([
      { reason: "AssetMismatch", order: "dataset", demanded: OTHER, offered: DATASET },
    ]);
    expect(refusals({ request: { dataset: ZERO_ADDRESS } })).to.deep.equal([
      { reason: "AssetMismatch", order: "dataset", demanded: ZERO_ADDRESS, offered: DATASET },
    ]);
  });
});

describe("A restriction of an order", () => {
  const cases: [Changes, by: string, subject: string, account: Address][] = [
    [{ request: { workerpool: OTHER } }, "request", "workerpool", POOL],
    [{ app: { datasetrestrict: OTHER } }, "app", "dataset", DATASET],
    [{ app: { workerpoolrestrict: OTHER } }, "app", "workerpool", POOL],
    [{ app: { requesterrestrict: OTHER } }, "app", "request", REQUESTER],
    [{ dataset: { apprestrict: OTHER } }, "dataset", "app", APP],
    [{ dataset: { workerpoolrestrict: OTHER } }, "dataset", "workerpool", POOL],
    [{ dataset: { requesterrestrict: OTHER } }, "dataset", "request", REQUESTER],
    [{ workerpool: { apprestrict: OTHER } }, "workerpool", "app", APP],
    [{ workerpool: { datasetrestrict: OTHER } }, "workerpool", "dataset", DATASET],
    [{ workerpool: { requesterrestrict: OTHER } }, "workerpool", "request", REQUESTER],
  ];
  for (const [changes, by, subject, account] of cases) {
    it(`of ${by} keeps another ${subject} out`, () => {
      expect(refusals(changes)).to.deep.equal([{ reason: "Restricted", by, subject, restriction: OTHER, account }]);
    });
  }

  it("lets in whom it names, and the members of a group", () => {
    const each: Changes = {
      app: { datasetrestrict: DATASET, workerpoolrestrict: POOL, requesterrestrict: REQUESTER },
      dataset: { apprestrict: APP, workerpoolrestrict: POOL, requesterrestrict: REQUESTER },
      workerpool: { apprestrict: APP, datasetrestrict: DATASET, requesterrestrict: REQUESTER },
      request: { workerpool: POOL },
    };
    expect(refusals(each)).to.deep.equal([]);
    const group = [
      { group: GROUP, member: APP },
      { group: GROUP, member: POOL },
    ];
    const grouped: Changes = { dataset: { apprestrict: GROUP }, request: { workerpool: GROUP } };
    expect(refusals(grouped, { ...FACTS, memberships: group })).to.deep.equal([]);
    expect(refusals(grouped)).to.have.length(2);
  });

  it("to a dataset keeps deals without one out", () => {
    const changes = { app: { datasetrestrict: DATASET }, workerpool: { datasetrestrict: DATASET } };
    const kept = { reason: "Restricted", subject: "dataset", restriction: DATASET, account: ZERO_ADDRESS };
    expect([...termMismatches(withChanges(changes, WITHOUT_DATA), FACTS)]).to.deep.equal([
      { ...kept, by: "app" },
      { ...kept, by: "workerpool" },
    ]);
  });
});
