import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import type { CommandOutcome } from "@poco-marketplace/cli/commandLine.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { imageConfiguration } from "@poco-marketplace/enclave/attestation/imageRule.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { issueRevocationList } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { encodePem, writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { PERIOD, simulate, STATEMENTS, type Simulation } from "../attestation/simulation.js";
import { readVector, VECTORS } from "../attestation/vectors.js";
import { programFolder } from "../fixtures/program.js";
import { runPoco } from "../fixtures/runPoco.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const GENUINE = join(ROOT, "test/attestation/vectors/sgx-quote-v3.hex");
const AT = ["--at", "2026-06-01"];

/** Runs `poco quote` as a process of its own. */
function run(...args: readonly string[]): Promise<CommandOutcome> {
  const command = ["--import", "tsx", "packages/cli/src/poco.ts", "quote", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: (error === null ? 0 : Number(error.code)) as CommandOutcome["code"], stdout, stderr }),
    );
  });
}

async function report(...args: readonly string[]): Promise<{ code: number; said: Record<string, unknown> }> {
  const { code, stdout } = await runPoco(["quote", ...args, "--json"]);
  return { code, said: JSON.parse(stdout) as Record<string, unknown> };
}

/** A policy that asks for that much of the simulated platform's model, and refuses all others. */
function least(pceSvn: number): string {
  return JSON.stringify({ platforms: { "53494D000000": { pceSvn } }, otherPlatforms: "refused" });
}

/** A revocation list as PEM. */
function listInPem(der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`;
}

describe("poco quote verify", () => {
  let files: Awaited<ReturnType<typeof programFolder>>;
  let simulation: Simulation;
  before(async () => {
    files = await programFolder();
    simulation = await simulate();
  });
  after(() => files.remove());

  async function write(name: string, content: Uint8Array | string): Promise<string> {
    const path = join(files.folder, name);
    await writeFile(path, content);
    return path;
  }

  it("shows the image of a trust domain, its runtime, and whether the image rule is kept", async () => {
    const digest = `0x${"d1".repeat(32)}` as const;
    const root = await write("image-root.pem", encodePem([simulation.authority.root.certificate]));
    const processor = simulatedProcessor(simulation.platform);
    const kept = await write("image.bin", processor.quote({ kind: "image", digest }, new Uint8Array(64)));
    const { code, stdout } = await runPoco(["quote", "verify", kept, ...AT, "--root", root]);
    expect(code).to.equal(0);
    expect(stdout).to.match(new RegExp(`^image +${digest}$`, "m"));
    expect(stdout).to.match(new RegExp(`^runtime +${simulatedRuntime().id}$`, "m"));
    expect(stdout).to.match(/^image rule +kept, if the runtime is approved$/m);
    expect(stdout).to.match(/^not judged +whether the runtime is approved: .*approvedRuntimes\(\)/m);

    const body = { mrConfigId: imageConfiguration(digest) };
    const broken = await write("unverified.bin", writeQuote(simulation.platform, { version: 4, body }));
    const { said } = await report("verify", broken, ...AT, "--root", root);
    expect(said).to.include({ valid: true });
    expect(said.image)
      .to.include({ digest })
      .and.property("reason")
      .to.match(/^RTMR3 of the trust domain is 0x0/);
    const domain = await write("domain.bin", writeQuote(simulation.platform, { version: 4, body: {} }));
    expect((await report("verify", domain, ...AT, "--root", root)).said.image).to.equal(null);
  });

  for (const name of VECTORS) {
    it(`prints what a genuine quote says, and that it is valid: ${name}`, async () => {
      const path = join(ROOT, `test/attestation/vectors/${name}.hex`);
      const { code, stdout, stderr } = await runPoco(["quote", "verify", path, ...AT]);

      expect(stderr).to.equal("");
      expect(code).to.equal(0);
      const lines = Object.fromEntries(stdout.split("\n").map((line) => line.split(/ {2,}/) as [string, string]));
      expect(lines).to.include({ version: name.at(-1), "TEE type": name.startsWith("sgx") ? "SGX" : "TDX" });
      expect(lines).to.include.keys(name.startsWith("sgx") ? ["mrEnclave", "mrSigner"] : ["mrTd", "rtmr0", "rtmr3"]);
      expect(lines["report data"]).to.match(/^0x[0-9a-f]{128}$/);
      expect(lines.platform).to.match(/^FMSPC 0x[0-9a-f]{12}, PCK serial 0x[0-9a-f]{40}$/);
      expect(stdout).to.match(/^certificate +Intel SGX PCK Certificate, 202\d-\d\d-\d\d to 203\d-\d\d-\d\d$/m);
      expect(lines.verdict).to.equal("valid at 2026-06-01T00:00:00.000Z");
      expect(stdout).not.to.include("simulated");
    });
  }

  it("prints the same as JSON, whether the file holds bytes or hex digits", async () => {
    const bytes = readVector("tdx-quote-v5");
    const spaced = `0x${bytes.toString("hex").toUpperCase().replaceAll(/.{60}/g, "$&\n")}\n`;
    const answers = [];
    for (const path of [await write("quote.bin", bytes), await write("quote.hex", spaced)]) {
      const { code, said } = await report("verify", path, ...AT);
      expect(code).to.equal(0);
      answers.push(said);
    }
    expect(answers[0]).to.deep.equal(answers[1]);
    expect(answers[0]).to.deep.include({
      valid: true,
      reason: null,
      version: 5,
      tee: "TDX",
      measurement: toHex(bytes.subarray(54 + 136, 54 + 184)),
      reportData: toHex(bytes.subarray(54 + 520, 54 + 584)),
      debug: false,
      simulated: false,
    });
  });

  it("takes a quote in every form that people have it in", async () => {
    const bytes = readVector("tdx-quote-v4");
    const base64 = bytes.toString("base64");
    const hexes = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
    const forms: Readonly<Record<string, string>> = {
      base64,
      "base64 in lines": `${base64.replaceAll(/.{64}/g, "$&\n")}\n`,
      "base64 for URLs": bytes.toString("base64url"),
      "base64 in quotation marks": JSON.stringify(base64),
      "a list of bytes": hexes.map((byte) => `0x${byte}`).join(", "),
      "a list of bytes as in C": `{ ${hexes.map((byte) => `0x${byte}`).join(",\n")} };`,
      "an array in C": `unsigned char quote[] = {\n  ${hexes.map((byte) => `0x${byte}`).join(", ")}\n};\nunsigned int quote_len = ${bytes.length};\n`,
      "lines of hex with 0x each": bytes.toString("hex").replaceAll(/.{64}/g, "0x$&\n"),
      "bytes with colons": hexes.join(":"),
      "bytes with spaces": hexes.join(" "),
      "escaped bytes": hexes.map((byte) => `\\x${byte}`).join(""),
      "a list of numbers": JSON.stringify([...bytes]),
      "a list of strings": JSON.stringify(hexes.map((byte) => `0x${byte}`)),
      "JSON with hex": JSON.stringify({ quote: `0x${bytes.toString("hex")}` }),
      "JSON with base64 deep inside": JSON.stringify({ data: [{ evidence: { tdxQuote: base64, nonce: "AAAA" } }] }),
      "JSON in JSON": JSON.stringify({ body: JSON.stringify({ quote: [...bytes] }) }),
      "JSON after a byte order mark": `\uFEFF${JSON.stringify({ Quote: base64 })}`,
    };
    const wrong = [];
    for (const [form, text] of Object.entries(forms)) {
      const { code, said } = await report("verify", await write("quote.txt", text), ...AT);
      if (code !== 0 || said.measurement !== toHex(bytes.subarray(48 + 136, 48 + 184)))
        wrong.push(`${form}: ${String(said.reason)}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it("cannot choose between two quotes, and takes the same one twice", async () => {
    const [one, two] = [readVector("tdx-quote-v4"), readVector("sgx-quote-v3")].map((quote) =>
      quote.toString("base64"),
    );
    const both = await runPoco(["quote", "verify", await write("two.json", JSON.stringify([one, two])), ...AT]);
    expect(both.code).to.equal(2);
    expect(both.stderr).to.match(/holds 2 quotes: give a file with one of them\.$/);
    const same = JSON.stringify({ quote: one, raw: { quote: one } });
    expect((await report("verify", await write("same.json", same), ...AT)).code).to.equal(0);
  });

  it("says what it did not judge", async () => {
    const { platform, authority } = simulation;
    const quote = await write("quote.bin", writeQuote(platform, STATEMENTS["TDX, version 4"]!));
    const basis = ["verify", quote, ...AT, "--root", await write("root.der", authority.root.certificate)];
    const always = [
      "what Intel says of the platform's level: its signed TCB info is not read",
      "whether it is the app that is meant, and for whom: compare the measurement and the report data",
    ];
    const lists = await Promise.all(
      [authority.root, authority.intermediate].map((issuer) => issueRevocationList(issuer, { ...PERIOD, serials: [] })),
    );
    const crl = await write("both.crl", Buffer.concat(lists));
    const whole = {
      platforms: { "53494D000000": { components: [1], pceSvn: 13, tdxComponents: [1] } },
      otherPlatforms: "refused",
      minimumQeSvn: { TDX: 1 },
    };

    expect((await report(...basis)).said.notJudged).to.deep.equal([
      "revocation: no list was given (--crl FILE)",
      "how old it is, the platform: no least versions for model 0x53494d000000 (--tcb FILE)",
      "how old it is, the quoting enclave: no least version (--tcb FILE)",
      ...always,
    ]);
    const partly = await report(...basis, "--crl", crl, "--tcb", await write("13.json", least(13)));
    expect([partly.said.valid, partly.said.notJudged]).to.deep.equal([
      true,
      [
        "how old it is, the platform: the policy asks nothing of its components (--tcb FILE)",
        "how old it is, the TDX module: no least versions (--tcb FILE)",
        "how old it is, the quoting enclave: no least version (--tcb FILE)",
        ...always,
      ],
    ]);
    const all = [...basis, "--crl", crl, "--tcb", await write("whole.json", JSON.stringify(whole))];
    expect((await report(...all)).said.notJudged).to.deep.equal(always);
    expect((await runPoco(["quote", ...all])).stdout).to.match(
      /^not judged +what Intel says of the platform's level: /m,
    );
  });

  it("takes revocation lists in every form that people have them in, several in a file", async () => {
    const { platform, authority } = simulation;
    const quote = await write("quote.bin", writeQuote(platform, STATEMENTS["SGX, version 3"]!));
    const basis = ["verify", quote, ...AT, "--root", await write("root.der", authority.root.certificate)];
    const { serial } = readCertificate(platform.chain[0], "PCK certificate");
    const root = Buffer.from(await issueRevocationList(authority.root, { ...PERIOD, serials: [] }));
    const pck = Buffer.from(await issueRevocationList(authority.intermediate, { ...PERIOD, serials: [serial] }));
    const chain = encodePem(platform.chain);
    const forms: Readonly<Record<string, Buffer | string>> = {
      "DER, one after the other": Buffer.concat([root, pck]),
      "PEM, one after the other": `Of the root:\n${listInPem(root)}\nOf the platforms:\n${listInPem(pck)}`,
      "hex in two lines": `${root.toString("hex")}\n${pck.toString("hex")}\n`,
      "hex in two lines with 0x": `0x${root.toString("hex")}\n0x${pck.toString("hex")}\n`,
      "base64 in two lines": `${root.toString("base64")}\n${pck.toString("base64")}\n`,
      "what a caching service gives out": JSON.stringify({
        root_ca_crl: root.toString("hex"),
        pck_crl: pck.toString("hex"),
        pck_crl_issuer_chain: chain,
        tcb_info: '{"fmspc":"00606a000000"}',
      }),
      "a list in JSON": JSON.stringify([root.toString("base64"), listInPem(pck)]),
    };
    const faults: Record<string, unknown> = {};
    for (const [form, content] of Object.entries(forms))
      faults[form] = (await report(...basis, "--crl", await write("lists", content))).said.fault;
    expect(faults).to.deep.equal(Object.fromEntries(Object.keys(forms).map((form) => [form, "CertificateRevoked"])));

    const broken = JSON.stringify({ root_ca_crl: root.toString("hex"), pck_crl: pck.subarray(0, 99).toString("hex") });
    const { code, stderr } = await runPoco(["quote", ...basis, "--crl", await write("broken.json", broken)]);
    expect([code, stderr.includes("The revocation list is not well-formed DER")]).to.deep.equal([2, true]);
  });

  it("says why a quote is not valid, and exits with 1", async () => {
    const bytes = readVector("sgx-quote-v3");
    bytes[48 + 320]! ^= 1;
    const path = await write("changed.bin", bytes);
    const { code, said } = await report("verify", path, ...AT);

    expect(code).to.equal(1);
    expect(said).to.include({ valid: false, fault: "QuoteSignatureInvalid", version: 3, tee: "SGX" });
    expect(said.reason).to.match(/^The attestation key 0x[0-9a-f]{128} did not sign this quote\.$/);

    const text = await runPoco(["quote", "verify", path, ...AT]);
    expect(text.code).to.equal(1);
    expect(text.stdout).to.match(/^verdict +invalid: The attestation key .* \(QuoteSignatureInvalid\)$/m);
  });

  it("says of a quote of which little can be read what can be", async () => {
    const { code, said } = await report(
      "verify",
      await write("short.bin", readVector("sgx-quote-v3").subarray(0, 500)),
    );
    expect(code).to.equal(1);
    expect(said).to.include({ valid: false, fault: "Truncated", version: null, measurement: null, platform: null });
  });

  it("verifies at the moment that it is told", async () => {
    expect((await report("verify", GENUINE, "--at", "2024-01-01")).said.fault).to.equal("NotYetValid");
    expect((await report("verify", GENUINE, "--at", "2031-03-07T15:01:04Z")).said.fault).to.equal(null);
    expect((await report("verify", GENUINE, "--at", "2031-03-07T16:01:05+01:00")).said.fault).to.equal("Expired");
  });

  it("trusts Intel's root unless it is given another, as certificate or key, and then only that", async () => {
    const bytes = writeQuote(simulation.platform, STATEMENTS["SGX, version 3"]!);
    const path = await write("simulated.bin", bytes);
    const { certificate } = simulation.authority.root;
    const spki = Buffer.concat([
      Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"),
      readCertificate(certificate, "root certificate").publicKey,
    ]);
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString("base64")}\n-----END PUBLIC KEY-----\n`;

    const trusting = await runPoco([
      "quote",
      "verify",
      path,
      ...AT,
      "--root",
      await write("root.pem", encodePem([certificate])),
    ]);
    expect(trusting.code).to.equal(0);
    expect(trusting.stdout).to.match(/^warning +this quote is simulated: no hardware made it$/m);
    for (const root of [
      await write("root.der", certificate),
      await write("key.pem", pem),
      await write("key.der", spki),
    ]) {
      expect((await report("verify", path, ...AT, "--root", root)).said).to.include({ valid: true, simulated: true });
      expect((await report("verify", GENUINE, ...AT, "--root", root)).said.fault).to.equal("UntrustedRoot");
    }
    expect((await report("verify", path, ...AT)).said.fault).to.equal("UntrustedRoot");
    expect((await report("verify", path, ...AT, "--root", "intel")).said.fault).to.equal("UntrustedRoot");
  });

  it("refuses debug enclaves unless it is told otherwise", async () => {
    const body = { attributes: Buffer.from("0700000000000000e700000000000000", "hex") };
    const path = await write("debug.bin", writeQuote(simulation.platform, { version: 3, body }));
    const root = await write("root.der", simulation.authority.root.certificate);

    const refused = await report("verify", path, ...AT, "--root", root);
    expect([refused.code, refused.said.fault, refused.said.debug]).to.deep.equal([1, "DebugEnclave", true]);
    const accepted = await runPoco(["quote", "verify", path, ...AT, "--root", root, "--allow-debug"]);
    expect(accepted.code).to.equal(0);
    expect(accepted.stdout).to.match(/^TEE type +SGX, in debug mode$/m);
  });

  it("says of a genuine quote what its host can do to it", async () => {
    const exportable = await report("verify", join(ROOT, "test/attestation/vectors/tdx-quote-v5.hex"), ...AT);
    expect([exportable.code, exportable.said.valid]).to.deep.equal([0, true]);
    expect(exportable.said.isolation).to.include({ isolated: false, fault: "ServiceTrustDomain" });
    const kept = await report("verify", GENUINE, ...AT);
    expect(kept.said.isolation).to.deep.equal({ isolated: true, reason: null, fault: null });

    const root = await write("root.der", simulation.authority.root.certificate);
    for (const [bits, sentence] of [
      ["0000003000000000", /^isolation +none: .*MIGRATABLE \(bit 29\).* \(MigratableTrustDomain\) No secret service,/m],
      ["0000000000000000", /^isolation +none: .*without SEPT_VE_DISABLE \(bit 28\).* \(SeptVeNotDisabled\) /m],
      ["0000001000000000", /^isolation +its host is kept out$/m],
    ] as const) {
      const body = { tdAttributes: Buffer.from(bits, "hex") };
      const path = await write("domain.bin", writeQuote(simulation.platform, { version: 4, body }));
      const { code, stdout } = await runPoco(["quote", "verify", path, ...AT, "--root", root]);
      expect([code, bits], stdout).to.deep.equal([0, bits]);
      expect(stdout).to.match(sentence);
    }
  });

  it("heeds revocation lists and least versions", async () => {
    const { platform, authority } = simulation;
    const path = await write("quote.bin", writeQuote(platform, STATEMENTS["SGX, version 3"]!));
    const basis = ["verify", path, ...AT, "--root", await write("root.der", authority.root.certificate)];
    const { serial } = readCertificate(platform.chain[0], "PCK certificate");
    const list = async (name: string, serials: Uint8Array[], issuer = authority.intermediate) =>
      write(name, await issueRevocationList(issuer, { ...PERIOD, serials }));
    const ofRoot = await list("root.crl", [], authority.root);
    const empty = await list("empty.crl", []);
    const revoking = await list("revoking.crl", [serial]);

    expect((await report(...basis, "--crl", ofRoot, "--crl", empty)).said.fault).to.equal(null);
    expect((await report(...basis, "--crl", ofRoot, "--crl", revoking)).said.fault).to.equal("CertificateRevoked");
    expect((await report(...basis, "--crl", ofRoot)).said.fault).to.equal("MissingRevocationList");

    expect((await report(...basis, "--tcb", await write("13.json", least(13)))).said.fault).to.equal(null);
    expect((await report(...basis, "--tcb", await write("14.json", least(14)))).said.fault).to.equal("TcbTooOld");
  });

  const unusable: readonly [what: string, args: () => Promise<string[]> | string[], sentence: RegExp][] = [
    ["no command", () => [], /^poco quote needs a command: verify\. See poco quote --help\.$/],
    ["another command", () => ["sign", GENUINE], /^Unknown command 'sign'\. See poco quote --help\.$/],
    ["no file", () => ["verify"], /^Missing required argument 'FILE'\. See poco quote verify --help\.$/],
    [
      "two files",
      () => ["verify", GENUINE, GENUINE],
      /^Too many arguments for 'verify'\. Expected 1 argument but got 2/,
    ],
    [
      "an unknown option",
      () => ["verify", GENUINE, "--off-chain"],
      /^Unknown option '--off-chain' \(Did you mean --on-chain\?\)\. See poco quote verify --help\.$/,
    ],
    ["a file that is not there", () => ["verify", "absent"], /^The quote is absent, and there is no such file/],
    ["a folder", () => ["verify", "packages"], /^The quote is packages, which is not a regular file: give one\.$/],
    ["an empty file", async () => ["verify", await write("empty", "")], /which is empty: give a file with content\.$/],
    ["half a byte", async () => ["verify", await write("half.hex", "03000")], /holds 5 hex digits: one is missing\.$/],
    [
      "too few bytes",
      async () => ["verify", await write("few.hex", "0300")],
      /holds 2 bytes, which is too few for a quote\.$/,
    ],
    [
      "something else",
      () => ["verify", "package.json"],
      /^package\.json holds no quote: neither a version nor a vendor/,
    ],
    ["something huge", async () => ["verify", await write("huge", Buffer.alloc(2 ** 21))], /which has 2097152 bytes/],
    ["another day", () => ["verify", GENUINE, "--at", "2026-02-30"], /^--at is 2026-02-30: give a date such as/],
    [
      "another way to write a day",
      () => ["verify", GENUINE, "--at", "1 June 2026"],
      /^--at is 1 June 2026: give a date/,
    ],
    [
      "a root that is not there",
      () => ["verify", GENUINE, "--root", "absent"],
      /^--root is absent, and there is no such file/,
    ],
    [
      "a root that is none",
      () => ["verify", GENUINE, "--root", "package.json"],
      /^--root is package\.json\. There is neither/,
    ],
    [
      "a list that is none",
      () => ["verify", GENUINE, "--crl", "package.json"],
      /^--crl is package\.json\. The revocation list is no/,
    ],
    [
      "a policy that is none",
      () => ["verify", GENUINE, "--tcb", "README.md"],
      /^--tcb is README\.md\. The policy is not valid JSON: /,
    ],
    [
      "a policy about something else",
      () => ["verify", GENUINE, "--tcb", "tsconfig.json"],
      /^--tcb is tsconfig\.json\. The policy: there is no "compilerOptions", only platforms/,
    ],
  ];
  for (const [what, args, sentence] of unusable) {
    it(`cannot use ${what}, and says so`, async () => {
      const line = await args();
      const { code, stdout, stderr } = await runPoco(["quote", ...line]);
      expect(stderr.trimEnd()).to.match(sentence);
      expect(stdout).to.equal("");
      expect(code).to.equal(2);
    });
  }

  it("says it in JSON too", async () => {
    const { code, said } = await report("verify", "absent");
    expect(code).to.equal(2);
    expect(said).to.deep.equal({
      valid: false,
      reason: "The quote is absent, and there is no such file: check the path.",
    });
  });

  it("explains itself", async () => {
    const { code, stdout } = await runPoco(["quote", "verify", "--help"]);
    expect(code).to.equal(0);
    expect(stdout).to.include("Usage: poco quote verify [options] <FILE>");
  });

  it("prints and exits as said, as a process of its own", async () => {
    const changed = readVector("sgx-quote-v3");
    changed[60]! ^= 1;
    const lines = [
      ["verify", GENUINE, ...AT, "--json"],
      ["verify", await write("changed.bin", changed), ...AT],
      ["verify", "absent", "--json"],
    ];
    const expected = await Promise.all(lines.map((line) => runPoco(["quote", ...line])));
    expect(expected.map(({ code }) => code)).to.deep.equal([0, 1, 2]);
    for (const [index, line] of lines.entries()) {
      const { code, stdout, stderr } = await run(...line);
      expect({ code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() }).to.deep.equal(expected[index]);
    }
  });
});
