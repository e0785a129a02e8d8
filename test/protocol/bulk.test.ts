import { expect } from "chai";

import {
  BULK_VOLUME,
  bulkRefusal,
  buildOrder,
  consentsToBulk,
  MAX_UINT256,
  OrderKind,
  orderToJson,
  readBulkSlice,
  UnreadableBulkError,
} from "../../src/index.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const ROOT = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
const SLICE = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG";
const order = (terms: { datasetprice?: bigint; volume?: bigint } = {}) => ({
  ...buildOrder(OrderKind.DATASET, { dataset: addressOf(1), volume: BULK_VOLUME, ...terms }),
  sign: "0x" as const,
});

describe("A dataset order", () => {
  for (const [what, terms, consents] of [
    ["that is free and of the volume that clients write", { volume: 2n ** 53n - 1n }, true],
    ["that is free and of one less", { volume: 2n ** 53n - 2n }, true],
    ["that is free and of the largest volume", { volume: MAX_UINT256 }, true],
    ["that is free and of two less", { volume: 2n ** 53n - 3n }, false],
    ["that is free, once", { volume: 1n }, false],
    ["that asks one nRLC", { datasetprice: 1n }, false],
    ["that asks 50 RLC, once", { datasetprice: 50_000_000_000n, volume: 1n }, false],
  ] as const) {
    it(`${what} ${consents ? "lets" : "does not let"} data be used in bulk`, () => {
      expect(consentsToBulk(order(terms))).to.equal(consents);
      expect(bulkRefusal(order(terms)) === undefined).to.equal(consents);
    });
  }

  it("is refused with its values, and what to do", () => {
    expect(bulkRefusal(order({ datasetprice: 50_000_000_000n, volume: 3n })))
      .to.include(`The order of dataset ${addressOf(1)} is not for use in bulk: it asks 50 RLC for each of 3 tasks`)
      .and.include("Have its owner grant bulk access");
  });
});

const files = (content: Record<string, unknown>) => async (cid: string) => Buffer.from(JSON.stringify(content[cid]));

const read = (content: Record<string, unknown>, { bulkCid = ROOT, index = 0n } = {}) =>
  readBulkSlice(files(content), { bulkCid, index });

describe("The slice of a task of a bulk deal", () => {
  it("is the list whose CID stands at the task's index", async () => {
    const granted = order();
    const found = await read({ [ROOT]: ["no CID", SLICE], [SLICE]: [orderToJson(granted)] }, { index: 1n });
    expect(found).to.deep.equal([granted]);
  });

  for (const [what, bulkCid, content, problem] of [
    ["whose list is at a path", "../../../etc/passwd", {}, "its address is no CID"],
    ["whose place leads elsewhere", ROOT, { [ROOT]: [`${SLICE}/../../secrets`] }, "its address is no CID"],
    ["of a list that is none", ROOT, { [ROOT]: { 0: SLICE } }, "it is no list in JSON"],
    ["that is not there", ROOT, { [ROOT]: [] }, "it has no slice 0, only 0 slices"],
    ["with something that is no order", ROOT, { [ROOT]: [SLICE], [SLICE]: [{}] }, "order 0 is none"],
    ["with too many orders", ROOT, { [ROOT]: [SLICE], [SLICE]: Array(101).fill(0) }, "it has 101 orders"],
  ] as const) {
    it(`${what} cannot be read`, async () => {
      const error = await rejection(read(content, { bulkCid }), UnreadableBulkError);
      expect(error.problem).to.include(problem);
    });
  }
});
