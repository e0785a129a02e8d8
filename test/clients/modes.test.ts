import { dirname } from "node:path";

import { expect } from "chai";

import { openToOthers } from "../fixtures/openToOthers.js";
import { theNetwork, type RunningNetwork } from "./network.js";

/** Files of unpacked images have the modes that the image gives them; the folder that they lie in is closed to others. */
const IN_AN_IMAGE = /\/images\/images\/[0-9a-f]{64}\/root\//;

describe("What a network keeps", () => {
  let network: RunningNetwork;

  before(async () => {
    network = await theNetwork();
  });

  it("can be read and written by its own account only", () => {
    const open = openToOthers(dirname(network.file));
    expect(open.filter((line) => !IN_AN_IMAGE.test(line))).to.deep.equal([]);
  });
});
