import { expect } from "chai";
import { network } from "hardhat";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { evidenceOf, pckNameOf, registrationOf } from "@poco-marketplace/enclave/attestation/quoteEvidence.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { readPckChain } from "@poco-marketplace/enclave/attestation/pckChain.js";
import { writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { registerPlatform } from "@poco-marketplace/enclave/evidence/registration.js";
import { PocoRevertError } from "@poco-marketplace/sdk/index.js";
import { IPlatformRegistry__factory } from "../../typechain-types/index.js";
import { rejection } from "../fixtures/rejection.js";
import { keyOf, pckNameOf as nameOf } from "./onchain/platforms.js";
import { chainIn, deployVerifier } from "./onchain/verifier.js";
import { simulate, STATEMENTS } from "./simulation.js";
import { DAY, readVector, VECTORS } from "./vectors.js";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });

describe("What a quote shows to contracts", () => {
  it("is its platform's name, its key, its statement, and its signature in the lower half", () => {
    for (const vector of VECTORS) {
      const quote = readVector(vector);
      const { signed, signatureData } = parseQuote(quote);

      const evidence = evidenceOf(quote);

      expect(evidence.platform).to.deep.equal(nameOf(connection, { chain: chainIn(quote) }));
      expect(evidence.platform).to.deep.equal(pckNameOf(readPckChain(signatureData.pemChain)));
      expect(evidence.key).to.deep.equal(keyOf(signatureData.attestationKey));
      expect(evidence.statement).to.equal(toHex(signed));
      const [r, s] = evidence.quoteSign;
      expect(r).to.equal(toHex(signatureData.signature.subarray(0, 32)));
      const original = BigInt(toHex(signatureData.signature.subarray(32)));
      expect([original, N - original]).to.include(BigInt(s));
      expect(BigInt(s) <= N / 2n).to.equal(true);
    }
  });
});

describe("The registration of a platform", () => {
  it("takes any quote of it, and what is registered already is not registered again", async () => {
    const [first, second] = VECTORS.map((name) => readVector(name));
    const { registry, verifier } = await deployVerifier(connection, chainIn(first!)[2]);
    const typed = IPlatformRegistry__factory.connect(await registry.getAddress(), registry.runner);

    const steps = await registerPlatform(typed, first!);
    const ofKnownCa = await registerPlatform(typed, second!);
    const again = await registerPlatform(typed, first!);

    expect(steps.map(({ call }) => call)).to.deep.equal(["registerChain", "registerAttestationKey"]);
    expect(ofKnownCa.map(({ call }) => call)).to.deep.equal(["registerPlatform", "registerAttestationKey"]);
    expect(again).to.deep.equal([]);
    for (const [quote, tee] of [
      [first!, 0n],
      [second!, 1n],
    ] as const) {
      const { platform, key } = registrationOf(quote);
      await registry.checkAttestationKey(platform, tee, key, `0x${"00".repeat(16)}`);
      expect((await verifier.verify(quote)).platform.serial).to.equal(platform.serial);
    }
  });

  it("is refused for a platform under another root", async () => {
    const { registry } = await deployVerifier(connection, chainIn(readVector("sgx-quote-v3"))[2]);
    const { platform } = await simulate();
    const typed = IPlatformRegistry__factory.connect(await registry.getAddress(), registry.runner);
    const quote = writeQuote(platform, STATEMENTS["SGX, version 3"]!);

    expect((await rejection(registerPlatform(typed, quote), PocoRevertError)).reason).to.equal("IssuerMismatch");
  });
});
