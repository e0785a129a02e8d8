import { dirname } from "node:path";

import { expect } from "chai";

import { openToOthers } from "../fixtures/openToOthers.js";
import { START_TIMEOUT, theNetwork, type RunningNetwork } from "./network.js";

describe("What a network keeps", function () {
  this.timeout(60_000);
  let network: RunningNetwork;

  before(async function () {
    this.timeout(START_TIMEOUT);
    network = await theNetwork();
  });

  it("can be read and written by its own account only", () => {
    expect(openToOthers(dirname(network.file))).to.deep.equal([]);
  });
});
