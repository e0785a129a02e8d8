import { expect } from "chai";

import {
  findBoostMismatches,
  findMismatches,
  describeRemedy,
  parseTag,
  type MatchingFacts,
} from "@poco-marketplace/sdk/index.js";
import {
  APP,
  APP_OWNER,
  DATASET,
  EVERYTHING_WRONG,
  FACTS,
  NOTHING_RIGHT,
  ZERO_ADDRESS,
  ORDERS,
  OTHER,
  REQUESTER,
  withChanges,
  type Changes,
} from "../../fixtures/deal.js";

function remediesOf(changes: Changes, facts: MatchingFacts = FACTS): string[] {
  return findBoostMismatches(withChanges(changes), facts).map(describeRemedy);
}

describe("Remedies", () => {
  it("name the field and the value that would do", () => {
    expect(remediesOf(EVERYTHING_WRONG, NOTHING_RIGHT)).to.deep.equal([
      "Ask for a trust of 1, or match with matchOrders instead.",
      `Sign a workerpool order of ${2n ** 96n - 1n} nRLC at most, or match with matchOrders instead.`,
      "Ask for category 9, or pick a workerpool order of category 7.",
      "Take a category from 0 to 4, or have the hub's owner create category 7.",
      "Lower trust to 1, or pick a workerpool order that offers 2.",
      "Raise appmaxprice to 6 (0.000000006 RLC), or pick an app order of 5 nRLC at most.",
      `Raise workerpoolmaxprice to ${2n ** 96n} (79228162514264337593.543950336 RLC), ` +
        "or pick a workerpool order of 1000 nRLC at most.",
      "Pick a workerpool order whose tag has tee, bit9, or orders that do not ask for bit9.",
      "Pick an app order whose tag has tee, as its developer can sign for an app that runs in an enclave: " +
        `${parseTag(["tee", "bit9"])}.`,
      `Ask for the app ${APP}, or pick an order for ${OTHER}.`,
      `Ask for the dataset ${DATASET}, or match without an order for one.`,
      `Use ${OTHER} as the requester, have it let ${REQUESTER} in if it is a group, ` +
        `or have an app order signed with requesterrestrict zero or ${REQUESTER}.`,
      `Create the app in the hub's registry, or check the address ${APP} and the chain.`,
      `Have ${APP_OWNER} sign the app order for this hub and chain, or presign it on chain with manageAppOrder.`,
      "Have a new request order signed: this one is used up, or was canceled.",
    ]);
  });

  it("of a restriction offer the account, the group and another order", () => {
    expect(remediesOf({ dataset: { requesterrestrict: OTHER } })).to.deep.equal([
      `Use ${OTHER} as the requester, have it let ${REQUESTER} in if it is a group, ` +
        `or have a dataset order signed with requesterrestrict zero or ${REQUESTER}.`,
    ]);
    expect(remediesOf({ request: { workerpool: OTHER } })[0]).to.match(/^Ask for any workerpool, or for 0x/);
  });

  it("of a dataset that was forgotten is to add an order for it", () => {
    const orders = withChanges({ dataset: { dataset: ZERO_ADDRESS } });
    expect(findMismatches(orders, FACTS).map(describeRemedy)).to.deep.equal([
      `Add an order for the dataset ${DATASET}, or ask without one.`,
    ]);
  });

  it("of empty pockets is the exact deposit", () => {
    const funds = { payer: REQUESTER, payerBalance: 1n, poolOwnerBalance: 10n ** 9n };
    const [remedy] = findMismatches(ORDERS, { ...FACTS, funds }).map(describeRemedy);
    expect(remedy).to.contain(`Deposit ${1_012n * 70n - 1n} nRLC more`);
  });
});
