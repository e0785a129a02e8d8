import { expect } from "chai";

import { describeMismatch, findBoostMismatches, findMismatches } from "@poco-marketplace/sdk/index.js";
import {
  APP,
  APP_OWNER,
  DATASET,
  EVERYTHING_WRONG,
  FACTS,
  NOTHING_RIGHT,
  OTHER,
  REQUESTER,
  ORDERS,
  withChanges,
} from "../../fixtures/deal.js";

describe("Reasons not to match", () => {
  it("come in the order in which the protocol checks", () => {
    const reasons = findBoostMismatches(withChanges(EVERYTHING_WRONG), NOTHING_RIGHT).map(({ reason }) => reason);
    expect(reasons).to.deep.equal([
      "TrustTooHighForBoost",
      "PriceTooLargeForBoost",
      "CategoryMismatch",
      "UnknownCategory",
      "TrustTooHigh",
      "PriceTooHigh",
      "PriceTooHigh",
      "TagNotCovered",
      "AppWithoutTee",
      "AssetMismatch",
      "AssetMismatch",
      "Restricted",
      "NotRegistered",
      "NotSigned",
      "OrderExhausted",
    ]);
  });

  it("are sentences for people", () => {
    const short = { payer: REQUESTER, payerBalance: 0n, poolOwnerBalance: 10n ** 9n };
    const poor = findMismatches(ORDERS, { ...FACTS, funds: short });
    const sentences = [...findBoostMismatches(withChanges(EVERYTHING_WRONG), NOTHING_RIGHT), ...poor].map(
      describeMismatch,
    );
    expect(sentences).to.deep.equal([
      "A boost deal takes a trust of 1 at most, the request asks for 2.",
      "The workerpool costs 79228162514264337593.543950336 RLC per task, " +
        "a boost deal takes prices of 79228162514264337593.543950335 RLC at most.",
      "The request is for category 7, the workerpool offers category 9.",
      "There is no category 7, the hub has 5, counted from 0.",
      "The request asks for a trust of 2, the workerpool offers 1 at most.",
      "The app costs 0.000000006 RLC per task, the request pays 0.000000005 RLC at most.",
      "The workerpool costs 79228162514264337593.543950336 RLC per task, the request pays 0.000001 RLC at most.",
      "The workerpool does not offer bit9, which the other orders ask for.",
      "The deal asks for an enclave (tee, bit9), the app's order has no tee tag.",
      `The request is for app ${OTHER}, the app order is for app ${APP}.`,
      `The request is for no dataset, the dataset order is for dataset ${DATASET}.`,
      `The app order is restricted to the requester or group ${OTHER}, which does not let requester ${REQUESTER} in.`,
      `The app ${APP} is not in the hub's registry.`,
      `The app order is neither signed nor presigned by ${APP_OWNER}.`,
      "Nothing is left of the request order: 3 of 3 tasks are used.",
      `The payer ${REQUESTER} must lock 0.00007084 RLC and has 0 RLC free in the hub.`,
    ]);
  });
});
