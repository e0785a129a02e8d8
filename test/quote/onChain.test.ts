import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { reportOf, withChain, type QuoteReport } from "@poco-marketplace/cli/quote/report.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { encodePem, writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { defaultPolicy, judgeQuote } from "@poco-marketplace/enclave/attestation/verdict.js";
import { simulate, STATEMENTS, type Simulation } from "../attestation/simulation.js";
import { DAY, readVector, VECTORS } from "../attestation/vectors.js";
import { programFolder } from "../fixtures/program.js";
import { runPoco } from "../fixtures/runPoco.js";

const AT = ["--at", "2026-06-01", "--on-chain"];
const REFUSED = { valid: false, gas: null } as const;
const vector = (name: string) => fileURLToPath(new URL(`../attestation/vectors/${name}.hex`, import.meta.url));

async function report(...args: readonly string[]) {
  const { code, stdout } = await runPoco(["quote", ...args, "--json"]);
  return { code, said: JSON.parse(stdout) as QuoteReport & { reason: string | null } };
}

describe("npm run quote -- verify --on-chain", () => {
  let files: Awaited<ReturnType<typeof programFolder>>;
  let simulation: Simulation;
  let basis: readonly string[];
  before(async () => {
    files = await programFolder();
    simulation = await simulate();
    const quote = await write("quote.bin", writeQuote(simulation.platform, STATEMENTS["SGX, version 3"]!));
    const root = await write("root.pem", encodePem([simulation.authority.root.certificate]));
    basis = ["verify", quote, ...AT, "--root", root];
  });
  after(() => files.remove());

  async function write(name: string, content: Uint8Array | string): Promise<string> {
    const path = join(files.folder, name);
    await writeFile(path, content);
    return path;
  }

  for (const name of VECTORS) {
    it(`prints that contracts believe a genuine quote, and for how much gas: ${name}`, async () => {
      const { code, stdout } = await runPoco(["quote", "verify", vector(name), ...AT]);

      expect(code).to.equal(0);
      const [, gas] = /^on chain +valid, for (\d+) gas$/m.exec(stdout) ?? [];
      expect(Number(gas)).to.be.within(200_000, 290_000);
      expect(stdout).to.match(/^verdict +valid at 2026-06-01/m);
    });
  }

  it("says in JSON what contracts say, and exits with 1 where they refuse too", async () => {
    const bytes = readVector("sgx-quote-v3");
    bytes[48 + 320]! ^= 1;
    const path = await write("changed.bin", bytes);
    const { code, said } = await report("verify", path, ...AT);

    expect(code).to.equal(1);
    expect(said.fault).to.equal("QuoteSignatureInvalid");
    expect(said.onChain).to.deep.equal({ ...REFUSED, fault: "QuoteSignatureInvalid", simulatedRoot: false });
    const { stdout } = await runPoco(["quote", "verify", path, ...AT]);
    expect(stdout).to.match(/^on chain +invalid \(QuoteSignatureInvalid\)$/m);
  });

  it("says that a root is simulated, as the registry does", async () => {
    const { code, stdout } = await runPoco(["quote", ...basis]);

    expect(code).to.equal(0);
    expect(stdout).to.match(/^on chain +valid, for \d+ gas, under a root that the registry calls simulated$/m);
    const { said } = await report(...basis);
    expect(said.onChain).to.include({ valid: true, fault: null, simulatedRoot: true });
    expect(said.onChain!.gas).to.be.within(200_000, 290_000);
  });

  it("gives the contracts the same policy", async () => {
    const minimum = { pceSvn: 14 };
    const tooNew = JSON.stringify({ platforms: { "53494D000000": minimum } });
    const unknown = JSON.stringify({ otherPlatforms: "refused" });
    const laterQe = JSON.stringify({ minimumQeSvn: { SGX: 10 } });
    for (const [policy, fault] of [
      [tooNew, "TcbTooOld"],
      [unknown, "UnknownPlatformModel"],
      [laterQe, "QuotingEnclaveTooOld"],
    ] as const) {
      const { code, said } = await report(...basis, "--tcb", await write("policy.json", policy));
      expect([code, said.fault, said.onChain!.fault]).to.deep.equal([1, fault, fault]);
    }

    const body = { attributes: Buffer.from("0700000000000000e700000000000000", "hex") };
    const debug = await write("debug.bin", writeQuote(simulation.platform, { version: 3, body }));
    const ofDebug = ["verify", debug, ...basis.slice(2)];
    expect((await report(...ofDebug)).said.onChain).to.include({ ...REFUSED, fault: "DebugEnclave" });
    const allowed = await report(...ofDebug, "--allow-debug");
    expect(allowed.code).to.equal(0);
    expect(allowed.said.onChain).to.include({ valid: true });
  });

  it("says so where the root itself is not valid yet", async () => {
    const { code, said } = await report("verify", vector("sgx-quote-v3"), "--at", "2017-01-01", "--on-chain");

    expect(code).to.equal(1);
    expect(said.onChain).to.deep.equal({ ...REFUSED, fault: "NotYetValid", simulatedRoot: false });
  });

  it("finds the root in the quote where it is given only a key, and cannot go on where there is none", async () => {
    const { publicKey } = readCertificate(simulation.authority.root.certificate, "root certificate");
    const key = await write(
      "key.der",
      Buffer.concat([Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"), publicKey]),
    );
    const whole = await report("verify", basis[1]!, ...AT, "--root", key);
    expect([whole.code, whole.said.onChain!.valid]).to.deep.equal([0, true]);

    const short = await write("short.bin", readVector("sgx-quote-v3").subarray(0, 500));
    const { code, stderr } = await runPoco(["quote", "verify", short, ...AT, "--root", key]);
    expect(code).to.equal(2);
    expect(stderr).to.equal("--on-chain needs the root's certificate: give --root a file with it rather than its key.");
  });

  it("does not go with revocation lists", async () => {
    const { code, stderr } = await runPoco(["quote", "verify", vector("sgx-quote-v3"), ...AT, "--crl", "any.crl"]);

    expect(code).to.equal(2);
    expect(stderr).to.match(/^--on-chain does not go with --crl: /);
  });

  it("calls a quote invalid that only the contracts refuse", () => {
    const policy = defaultPolicy({ at: DAY });
    const believed = reportOf(judgeQuote(readVector("sgx-quote-v3"), policy), policy);
    expect(believed.valid).to.equal(true);

    const refused = withChain(believed, { ...REFUSED, fault: "Expired", simulatedRoot: false });
    expect(refused).to.include({ valid: false, fault: "Expired", reason: "The contracts refuse it: Expired." });
  });
});
