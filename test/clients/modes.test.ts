import { dirname } from "node:path";

import { expect } from "chai";

import { openToOthers } from "../fixtures/openToOthers.js";
import { theNetwork, type RunningNetwork } from "./network.js";

describe("What a network keeps", () => {
  let network: RunningNetwork;

  before(async () => {
    network = await theNetwork();
  });

  it("can be read and written by its own account only", () => {
    expect(openToOthers(dirname(network.file))).to.deep.equal([]);
  });
});
