import { expect } from "chai";
import { network } from "hardhat";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { withLowS } from "@poco-marketplace/enclave/attestation/p256.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { defaultPolicy, judgeQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { EXTENSION_MUTANTS } from "../mutants/certificateExtensions.js";
import { FIELD_MUTANTS } from "../mutants/certificateFields.js";
import { ENCODING_MUTANTS, LINK_MUTANTS } from "../mutants/certificateLinks.js";
import { LAYOUT_MUTANTS } from "../mutants/layout.js";
import type { Mutant } from "../mutants/mutant.js";
import { PEM_MUTANTS } from "../mutants/pem.js";
import { QUOTING_ENCLAVE_MUTANTS } from "../mutants/quotingEnclave.js";
import { SGX_EXTENSION_MUTANTS } from "../mutants/sgxExtension.js";
import { IAttestation__factory, QuoteVerifier__factory } from "../../../typechain-types/index.js";
import { PERIOD, simulate, type Simulation } from "../simulation.js";
import { DAY, readVector, VECTORS } from "../vectors.js";
import { keyOf } from "./platforms.js";
import { chainIn, deployVerifier, judgeOnChain } from "./verifier.js";

type Deployed = Awaited<ReturnType<typeof deployVerifier>>;

const POLICY = defaultPolicy({ at: DAY });
/** The same, but whatever it is about. */
const GENUINE = defaultPolicy({ at: DAY, debugEnclaves: "accepted", isolation: "any" });
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The one genuine quote whose host bound a service domain to the trust domain, which can export it. */
const EXPORTABLE = "tdx-quote-v5";
/** One byte in so many is changed. No common divisor with the lengths of fields, so that all of them get their turn. */
const STRIDE = 37;

/** `Report` of contracts/types/Attestation.sol. */
const REPORT = { ENCLAVE: 0n, TRUST_DOMAIN: 1n };

/** With the precompile for P-256, and without it. */
for (const hardfork of ["osaka", "prague"] as const) {
  describe(`A genuine quote, verified by a contract, on ${hardfork}`, () => {
    let deployed: Deployed;
    before(async () => {
      const connection = await network.create({ override: { hardfork, initialDate: DAY } });
      deployed = await deployVerifier(connection, chainIn(readVector("sgx-quote-v3"))[2]);
    });

    for (const name of VECTORS) {
      it(`is believed, and says what it says: ${name}`, async () => {
        const bytes = readVector(name);
        const { body } = parseQuote(bytes);

        const verify = name === EXPORTABLE ? deployed.verifier.verifyEvenDebug : deployed.verifier.verify;
        const evidence = await verify(bytes);

        const measured = body.tee === "SGX" ? [body.mrEnclave] : [body.mrTd, ...body.rtmr];
        expect(evidence.measurement).to.equal(toHex(Buffer.concat(measured)));
        expect(evidence.reportData).to.equal(toHex(body.reportData));
        expect(evidence.isDebug).to.equal(false);
        expect(await deployed.registry.isSimulated()).to.equal(false);
      });

      it(`is believed with either form of its signature: ${name}`, async () => {
        const bytes = readVector(name);
        const at = parseQuote(bytes).signed.length + 4;
        const low = withLowS(bytes.subarray(at, at + 64));
        const high = (N - BigInt(toHex(low.subarray(32)))).toString(16).padStart(64, "0");
        for (const s of [low.subarray(32), Buffer.from(high, "hex")]) {
          const twin = Buffer.concat([bytes.subarray(0, at + 32), s, bytes.subarray(at + 64)]);
          expect(await judgeOnChain(deployed.verifier, twin, name === EXPORTABLE)).to.equal("believed");
        }
      });

      it(`is refused where its host is not kept out: ${name}`, async () => {
        const offChain = judgeQuote(readVector(name), POLICY).refusal?.fault ?? "believed";
        expect(await judgeOnChain(deployed.verifier, readVector(name))).to.equal(offChain);
        expect(offChain).to.equal(name === EXPORTABLE ? "ServiceTrustDomain" : "believed");
      });
    }
  });
}

/** The contracts compare names byte by byte and do not read what they consist of. These refuse a name that was changed. */
const FOR_UNREAD_NAMES = new Set(["IssuerMismatch", "CertificateSignatureInvalid"]);
/** Mutants of what a name consists of, which its issuer signed. */
const UNREAD_NAME = /^pck: a name that is /;

describe("A quote with a byte changed or cut short, verified by a contract and off chain", () => {
  let deployed: Deployed;
  before(async () => {
    const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
    deployed = await deployVerifier(connection, chainIn(readVector("sgx-quote-v3"))[2]);
  });

  for (const name of VECTORS) {
    it(`is refused by both for the same reason: ${name}`, async () => {
      const bytes = readVector(name);
      const differences: string[] = [];
      for (let offset = 0; offset < bytes.length; offset += STRIDE) {
        const changed = Buffer.from(bytes);
        changed[offset]! ^= 1 << (offset % 8);
        const cut = bytes.subarray(0, offset);
        for (const quote of [changed, cut]) {
          const offChain = judgeQuote(quote, GENUINE).refusal?.fault ?? "believed";
          const onChain = await judgeOnChain(deployed.verifier, quote, true);
          if (quote === changed && offChain === "MalformedDer" && FOR_UNREAD_NAMES.has(onChain)) continue;
          if (offChain !== onChain || onChain === "believed") {
            if (quote === cut && onChain === "believed" && offChain === onChain) continue;
            differences.push(`${quote === cut ? "cut" : "changed"} at ${offset}: ${onChain}, off chain ${offChain}`);
          }
        }
      }
      expect(differences).to.deep.equal([]);
    });
  }
});

const MUTANTS: Readonly<Record<string, readonly Mutant[]>> = {
  layout: LAYOUT_MUTANTS,
  "quoting enclave": QUOTING_ENCLAVE_MUTANTS,
  PEM: PEM_MUTANTS,
  "certificate fields": FIELD_MUTANTS,
  links: LINK_MUTANTS,
  encoding: ENCODING_MUTANTS,
  extensions: EXTENSION_MUTANTS,
  "SGX extension": SGX_EXTENSION_MUTANTS,
};

describe("A quote that was signed again after it was changed, verified by a contract", () => {
  let simulation: Simulation;
  let deployed: Deployed;
  before(async () => {
    simulation = await simulate();
    const initialDate = new Date(DAY.getTime() - 60_000);
    const connection = await network.create({ override: { hardfork: "osaka", initialDate } });
    deployed = await deployVerifier(connection, simulation.authority.root.certificate);
    // To the second, since some certificates are good from then on, or until then.
    await connection.networkHelpers.time.increaseTo(DAY.getTime() / 1000);
  });

  for (const [suite, mutants] of Object.entries(MUTANTS)) {
    it(`has the fate that it has off chain: ${suite}`, async () => {
      const differences: string[] = [];
      for (const { name, fate, make } of mutants) {
        const { quote, policy } = await make(simulation);
        expect(policy, `${name} is judged by the usual policy`).to.equal(undefined);
        const onChain = await judgeOnChain(deployed.verifier, quote);
        if (UNREAD_NAME.test(name) && fate === "MalformedDer" && onChain === "believed") continue;
        if (onChain !== fate) differences.push(`${name}: ${onChain}, off chain ${fate}`);
      }
      expect(differences).to.deep.equal([]);
    });
  }

  it("is taken from debug enclaves where a caller wants that, and is said to be from one", async () => {
    for (const { make } of LAYOUT_MUTANTS.filter(({ fate }) => fate === "DebugEnclave")) {
      const { quote } = await make(simulation);
      const { body } = parseQuote(quote);
      const flags = Buffer.from(body.tee === "SGX" ? body.attributes : body.tdAttributes).readBigUInt64LE(0);

      await expect(deployed.verifier.verify(quote))
        .to.be.revertedWithCustomError(
          IAttestation__factory.connect(await deployed.verifier.getAddress()),
          "DebugEnclave",
        )
        .withArgs(body.tee === "SGX" ? REPORT.ENCLAVE : REPORT.TRUST_DOMAIN, flags);
      expect((await deployed.verifier.verifyEvenDebug(quote)).isDebug).to.equal(true);
    }
    const genuine = (await LAYOUT_MUTANTS.find(({ fate }) => fate === "believed")!.make(simulation)).quote;
    expect((await deployed.verifier.verifyEvenDebug(genuine)).isDebug).to.equal(false);
  });

  it("of a trust domain counts by the security versions of its TDX module", async () => {
    const { registry, verifier } = deployed;
    const quotes = await Promise.all(
      LAYOUT_MUTANTS.filter(({ fate }) => fate === "believed").map(async ({ make }) => make(simulation)),
    );
    const { quote, body } = quotes
      .map((subject) => ({ ...subject, body: parseQuote(subject.quote).body }))
      .find((one) => one.body.tee === "TDX")!;
    const least = (tdxComponents: Uint8Array) =>
      registry.setTcbMinimum("0x53494d000000", { components: new Uint8Array(16), pceSvn: 0, tdxComponents });
    const own = Uint8Array.from(body.tee === "TDX" ? body.teeTcbSvn : []);

    await least(own);
    expect(own.some((svn) => svn > 0)).to.equal(true);
    expect(await judgeOnChain(verifier, quote)).to.equal("believed");
    await least(own.with(15, own[15]! + 1));
    expect(await judgeOnChain(verifier, quote)).to.equal("TcbTooOld");
    await least(new Uint8Array(16));
  });

  it("is refused by the verifier of Intel's root, as genuine ones are by that of a simulation", async () => {
    const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
    const intel = await deployVerifier(connection, chainIn(readVector("sgx-quote-v3"))[2]);
    const simulated = (await LAYOUT_MUTANTS.find(({ fate }) => fate === "believed")!.make(simulation)).quote;

    expect(await deployed.registry.isSimulated()).to.equal(true);
    expect(await judgeOnChain(intel.verifier, simulated)).to.equal("UntrustedRoot");
    for (const name of VECTORS) {
      expect(await judgeOnChain(deployed.verifier, readVector(name))).to.equal("UntrustedRoot");
    }
  });
});

describe("A verifier of quotes", () => {
  it("is made with the root of its registry in PEM, and nothing after it", async () => {
    const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
    const [one, other] = [await createAuthority(PERIOD), await createAuthority(PERIOD)];
    const { owner, registry } = await deployVerifier(connection, one.root.certificate);
    const errors = IAttestation__factory.connect(await registry.getAddress(), owner);
    const make = (text: string) => new QuoteVerifier__factory(owner).deploy(registry, Buffer.from(text));
    const pem = encodePem([one.root.certificate]).trimEnd();

    for (const end of ["\n", "\0"]) {
      await expect(make(`${pem}${end}`))
        .to.be.revertedWithCustomError(errors, "MalformedPem")
        .withArgs(pem.length);
    }
    const { x, y } = keyOf(other.root.key.point);
    await expect(make(encodePem([other.root.certificate]).trimEnd()))
      .to.be.revertedWithCustomError(errors, "UntrustedRoot")
      .withArgs(x, y);
    const verifier = await make(pem);
    expect(await verifier.registry()).to.equal(await registry.getAddress());
  });
});
