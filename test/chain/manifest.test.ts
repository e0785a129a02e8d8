import { expect } from "chai";
import { Interface } from "ethers";

import { abiHash, InvalidManifestError, readManifest, type Manifest } from "@poco-marketplace/sdk/index.js";

const ADDRESS = "0xe649e6a1F2afc63ca268C2363691ceCAF75CF47C";
const ATTESTATION = { platformRegistry: ADDRESS, quoteVerifier: ADDRESS, teeBroker: ADDRESS, simulated: true } as const;
const MANIFEST: Manifest = {
  network: "arbitrumOne",
  chainId: 42_161,
  block: 17,
  strategy: "create2",
  native: false,
  abi: { version: "0.1.0", hash: `0x${"ab".repeat(32)}` },
  poco: ADDRESS,
  token: ADDRESS,
  appRegistry: ADDRESS,
  datasetRegistry: ADDRESS,
  workerpoolRegistry: ADDRESS,
  facets: { escrow: ADDRESS },
};

describe("A manifest", () => {
  it("comes back as it was written", () => {
    expect(readManifest(JSON.parse(JSON.stringify(MANIFEST)))).to.deep.equal(MANIFEST);
  });

  it("may name the contracts that verify quotes", () => {
    const attested = { ...MANIFEST, attestation: ATTESTATION };

    expect(readManifest(JSON.parse(JSON.stringify(attested)))).to.deep.equal(attested);
    expect(readManifest(MANIFEST)).not.to.have.property("attestation");
  });

  it("may say where it comes from, and is read without as well", () => {
    const commit = "ab".repeat(20);
    const origin = {
      deployer: ADDRESS,
      owner: ADDRESS,
      commit: `${commit}-dirty`,
      compiler: "0.8.37+commit.f401782d",
      codeHashes: { poco: MANIFEST.abi.hash },
      history: [{ facet: "escrow", address: ADDRESS, commit }],
    } as const;

    expect(readManifest({ ...MANIFEST, ...origin })).to.deep.equal({ ...MANIFEST, ...origin });
    expect(readManifest({ ...MANIFEST, ...origin, commit: null })).to.have.property("commit", null);
  });

  it("of a native chain has no token", () => {
    const native = { ...MANIFEST, native: true, token: null };

    expect(readManifest(native)).to.deep.equal(native);
    expect(() => readManifest({ ...native, token: ADDRESS })).to.throw("token should be null on a native chain");
  });

  it("loses what does not belong to it", () => {
    expect(readManifest({ ...MANIFEST, checks: 126 })).to.deep.equal(MANIFEST);
  });

  for (const [field, change] of [
    ["network", { network: "" }],
    ["chainId", { chainId: "42161" }],
    ["block", { block: -1 }],
    ["block", { block: 1.5 }],
    ["strategy", { strategy: "create3" }],
    ["native", { native: "no" }],
    ["abi", { abi: null }],
    ["abi.version", { abi: { hash: MANIFEST.abi.hash } }],
    ["abi.hash", { abi: { version: "1", hash: "0xab" } }],
    ["poco", { poco: undefined }],
    ["poco", { poco: ADDRESS.toLowerCase() }],
    ["token", { token: null }],
    ["appRegistry", { appRegistry: "0x12" }],
    ["datasetRegistry", { datasetRegistry: 1 }],
    ["workerpoolRegistry", { workerpoolRegistry: "arbitrum.eth" }],
    ["facets", { facets: [ADDRESS] }],
    ["facets.escrow", { facets: { escrow: "" } }],
    ["deployer", { deployer: "0x12" }],
    ["owner", { owner: null }],
    ["commit", { commit: "main" }],
    ["compiler", { compiler: "" }],
    ["codeHashes.poco", { codeHashes: { poco: "0x" } }],
    ["history", { history: {} }],
    ["history[0].address", { history: [{ facet: "escrow", commit: null }] }],
    ["attestation", { attestation: null }],
    ["attestation.platformRegistry", { attestation: { ...ATTESTATION, platformRegistry: null } }],
    ["attestation.quoteVerifier", { attestation: { ...ATTESTATION, quoteVerifier: "0x12" } }],
    ["attestation.teeBroker", { attestation: { simulated: true, platformRegistry: ADDRESS, quoteVerifier: ADDRESS } }],
    ["attestation.simulated", { attestation: { ...ATTESTATION, simulated: "no" } }],
  ] as const) {
    it(`is refused by the name of the field: ${field} in ${JSON.stringify(change)}`, () => {
      const manifest = { ...MANIFEST, ...change };

      expect(() => readManifest(manifest))
        .to.throw(InvalidManifestError, `Manifest: ${field} should be `)
        .with.property("field", field);
    });
  }

  it("is refused when it is not an object", () => {
    expect(() => readManifest("deploy/manifests/sepolia.json")).to.throw("Manifest: manifest should be an object");
  });
});

describe("The hash of an interface", () => {
  const [f, g, e] = ["function f(uint256 a)", "function g()", "error E(address who)"];

  it("does not depend on order", () => {
    expect(abiHash(new Interface([f, g, e]))).to.equal(abiHash(new Interface([e, g, f])));
  });

  it("changes with a type, with a name of an argument, and with an addition", () => {
    const hashes = [[f], [f, g], ["function f(uint128 a)"], ["function f(uint256 b)"]].map((abi) =>
      abiHash(new Interface(abi)),
    );

    expect(new Set(hashes).size).to.equal(4);
  });
});
