import { readdir } from "node:fs/promises";

import { expect } from "chai";
import { config } from "hardhat";

import { DeployError } from "../../deploy/DeployError.js";
import { loadParameters, readParameters } from "../../deploy/parameters.js";
import { rejection } from "../fixtures/rejection.js";

const DIRECTORY = `${config.paths.ignition}/parameters`;
const GOOD = { token: "dev", owner: "deployer", baseUris: { app: "", dataset: "", workerpool: "" } };

describe("The parameters of a network", () => {
  it("are there for every network of hardhat.config.ts", async () => {
    const files = await readdir(DIRECTORY);
    const networks = Object.keys(config.networks).filter((name) => !["default", "node"].includes(name));

    expect(files.toSorted()).to.deep.equal(networks.map((name) => `${name}.json`).toSorted());
    for (const name of networks) await loadParameters(DIRECTORY, name);
  });

  it("name the token that RLC is on each chain", async () => {
    const tokens = { arbitrumSepolia: "", arbitrumOne: "", sepolia: "", localhost: "", embedded: "" };
    for (const name of Object.keys(tokens) as (keyof typeof tokens)[]) {
      tokens[name] = (await loadParameters(DIRECTORY, name)).token;
    }

    expect(tokens).to.deep.equal({
      arbitrumSepolia: "0x9923eD3cbd90CD78b910c475f9A731A6e0b8C963",
      arbitrumOne: "0xe649e6a1F2afc63ca268C2363691ceCAF75CF47C",
      sepolia: "dev",
      localhost: "dev",
      embedded: "dev",
    });
  });

  it("are asked for where there are none", async () => {
    const { message } = await rejection(loadParameters(DIRECTORY, "moon"), DeployError);

    expect(message).to.equal('There are no parameters for "moon": write deploy/parameters/moon.json first.');
  });

  it("get their addresses' checksums", () => {
    const token = "0xe649e6a1f2afc63ca268c2363691cecaf75cf47c";

    expect(readParameters({ ...GOOD, token }).token).to.equal("0xe649e6a1F2afc63ca268C2363691ceCAF75CF47C");
  });

  for (const [field, json] of [
    ["token", { ...GOOD, token: "rlc" }],
    ["token", { ...GOOD, token: "0xe649E6a1F2afc63ca268C2363691ceCAF75CF47C" }],
    ["token", null],
    ["owner", { ...GOOD, owner: undefined }],
    ["owner", { ...GOOD, owner: "0x12" }],
    ["baseUris.app", { ...GOOD, baseUris: {} }],
    ["baseUris.dataset", { ...GOOD, baseUris: { ...GOOD.baseUris, dataset: 1 } }],
    ["baseUris.workerpool", { ...GOOD, baseUris: { ...GOOD.baseUris, workerpool: null } }],
  ] as const) {
    it(`are refused by the name of the field: ${field} in ${JSON.stringify(json)}`, () => {
      expect(() => readParameters(json)).to.throw(`${field} should be`);
    });
  }
});
