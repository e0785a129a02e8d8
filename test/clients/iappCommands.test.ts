import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { imagesLack } from "../fixtures/image/runImage.js";
import { buildEnvironment } from "../fixtures/layerCache.js";
import { runPoco } from "../fixtures/runPoco.js";
import { theNetwork } from "./network.js";

/** An app that says how many words its data have, or fails. */
const APP = `
import json, os, sys
from protected_data import open_protected_data
if sys.argv[1:] == ["fail"]:
    sys.exit("there is no such column")
words = [len(data.value("secretText", "string").split()) for data in open_protected_data()]
with open("/iexec_out/words.json", "w") as file:
    json.dump({"words": words, "secret": os.environ.get("IEXEC_APP_DEVELOPER_SECRET")}, file)
with open("/iexec_out/computed.json", "w") as file:
    json.dump({"deterministic-output-path": "/iexec_out/words.json"}, file)
`;

/** Runs a command that has to succeed, and returns what it prints. */
async function poco<Printed>(...args: readonly string[]): Promise<Printed> {
  const { code, stdout, stderr } = await runPoco(args, buildEnvironment());
  expect(code, stderr).to.equal(0);
  return JSON.parse(stdout) as Printed;
}

describe("An app by the command poco", () => {
  let folder: string;
  let network: readonly string[];
  let app: string;

  before(async function () {
    if ((await imagesLack()) !== undefined) this.skip();
    network = ["--network", (await theNetwork()).file, "--json"];
    folder = await mkdtemp(join(tmpdir(), "walk-"));
    // The name makes it another app on a network that has seen this test before.
    const name = `Words ${Date.now()}`;
    await poco("iapp", "init", name, "--template", "python", "--in", join(folder, "app"), "--json");
    await writeFile(join(folder, "app/src/app.py"), APP);
  });
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  /** Protects a text, and lets the app read it. */
  async function protect(text: string, ...terms: readonly string[]): Promise<string> {
    const made = await poco<{ dataset: string }>("data", "protect", "--string", `secretText=${text}`, ...network);
    await poco("data", "grant", made.dataset, "--app", app, ...terms, ...network);
    return made.dataset;
  }

  function run(output: string, ...args: readonly string[]) {
    return runPoco(["iapp", "run", app, "--output", join(folder, output), "--yes", ...args, ...network]);
  }

  it("is published only once somebody agrees to the cost", async () => {
    const deploy = ["iapp", "deploy", "--project", join(folder, "app"), "--app-secret", "hush", ...network];
    const { code, stderr } = await runPoco(deploy, buildEnvironment());
    expect({ code, stderr }).to.deep.equal({ code: 2, stderr: "Nobody can be asked to confirm the cost: give --yes." });

    const made = await poco<{ app: string; image: string; checksum: string; order: string }>(...deploy, "--yes");
    expect(made.app).to.match(/^0x[0-9a-fA-F]{40}$/);
    expect(made.image).to.match(/^127\.0\.0\.1:\d+\/words-\d+:0\.0\.1-[0-9a-f]{12}$/);
    expect(made.checksum.slice(2)).to.match(new RegExp(`^${made.image.slice(-12)}`));
    expect(made.order).to.match(/^0x[0-9a-f]{64}$/);
    ({ app } = made);
    // The same again is the same app.
    expect(await poco(...deploy, "--yes")).to.include({ app });
  });

  it("runs on protected data, with a result that only the requester can read", async () => {
    const dataset = await protect("one two three", "--volume", "2");
    const key = ["--encrypt", "--result-key", join(folder, "result.key"), "--account", "beneficiary"];
    const { code, stdout, stderr } = await run("one", "--data", dataset, ...key);

    expect(code, stderr).to.equal(0);
    const { tasks } = JSON.parse(stdout) as { tasks: { output: string; files: object }[] };
    expect(tasks.map(({ files }) => Object.keys(files).toSorted())).to.deep.equal([["computed.json", "words.json"]]);
    expect(JSON.parse(await readFile(join(folder, "one/words.json"), "utf8"))).to.deep.equal({
      words: [3],
      secret: "hush",
    });
  });

  it("runs on the data of several in bulk", async () => {
    const datasets = [await protect("a b", "--bulk"), await protect("c d e f", "--bulk")];
    const { code, stderr } = await run("bulk", ...datasets.flatMap((dataset) => ["--data", dataset]));

    expect(code, stderr).to.equal(0);
    expect(JSON.parse(await readFile(join(folder, "bulk/words.json"), "utf8"))).to.deep.include({ words: [2, 4] });
  });

  it("says why there is no result, as poco task does", async () => {
    const { code, stdout, stderr } = await run("none", "--args", "fail");

    expect(code).to.equal(1);
    expect(stderr).to.contain("The workerpool has given up").and.contain("there is no such column");
    expect((JSON.parse(stdout) as { tasks: object[] }).tasks[0]).not.to.have.property("output");
  });

  const account = (...words: string[]) =>
    poco<{ escrow: string; wallet: string }>("account", ...words, "--account", "data provider", ...network);

  it("is paid from escrow, into which money is moved and out again", async () => {
    const before = await account("show");
    const half = 500_000_000n;
    const after = await account("deposit", "0.5");
    expect(BigInt(after.escrow) - BigInt(before.escrow)).to.equal(half);
    expect(BigInt(before.wallet) - BigInt(after.wallet)).to.equal(half);
    // What it has for gas is less than before.
    const { escrow, wallet } = before;
    expect(await account("withdraw", "0.5")).to.include({ escrow, wallet });
  });

  it("does not run on data once its owner revokes the access", async () => {
    const dataset = await protect("hello", "--volume", "5");
    const list = () => poco<{ grants: object[] }>("data", "list", dataset, ...network);
    expect((await list()).grants).to.have.lengthOf(1);
    await poco("data", "revoke", dataset, "--app", app, ...network);
    expect((await list()).grants).to.deep.equal([]);

    const { code, stderr } = await run("revoked", "--data", dataset);
    expect(code).to.equal(1);
    expect(stderr).to.contain(`The market has no open order for the dataset ${dataset}`);
  });
});
