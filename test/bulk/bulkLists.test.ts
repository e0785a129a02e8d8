import { expect } from "chai";

import { readBulkSlice, UnreadableBulkError } from "@poco-marketplace/services/bulk/bulkLists.js";
import { BULK_VOLUME, buildOrder, OrderKind, orderToJson } from "@poco-marketplace/sdk/index.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const ROOT = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
const SLICE = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG";

const files = (content: Record<string, unknown>) => async (cid: string) => Buffer.from(JSON.stringify(content[cid]));

const read = (content: Record<string, unknown>, { bulkCid = ROOT, index = 0n } = {}) =>
  readBulkSlice(files(content), { bulkCid, index });

describe("The slice of a task of a bulk deal", () => {
  it("is the list whose CID stands at the task's index", async () => {
    const dataset = { dataset: addressOf(1), volume: BULK_VOLUME };
    const granted = { ...buildOrder(OrderKind.DATASET, dataset), sign: "0x" as const };
    const found = await read({ [ROOT]: ["no CID", SLICE], [SLICE]: [orderToJson(granted)] }, { index: 1n });
    expect(found).to.deep.equal([granted]);
  });

  for (const [what, bulkCid, content, problem] of [
    ["whose list is at a path", "../../../etc/passwd", {}, "its address is not a CID"],
    ["whose place leads elsewhere", ROOT, { [ROOT]: [`${SLICE}/../../secrets`] }, "its address is not a CID"],
    ["of a list that is none", ROOT, { [ROOT]: { 0: SLICE } }, "it is not a list in JSON"],
    ["that is not there", ROOT, { [ROOT]: [] }, "it has no slice 0, only 0 slices"],
    ["with something that is not an order", ROOT, { [ROOT]: [SLICE], [SLICE]: [{}] }, "order 0 is none"],
    ["with too many orders", ROOT, { [ROOT]: [SLICE], [SLICE]: Array(101).fill(0) }, "it has 101 orders"],
  ] as const) {
    it(`${what} cannot be read`, async () => {
      const error = await rejection(read(content, { bulkCid }), UnreadableBulkError);
      expect(error.problem).to.include(problem);
    });
  }
});
