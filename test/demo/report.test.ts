import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";
import JSZip from "jszip";

import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { runDemo, type DemoRun } from "../fixtures/demo.js";
import { programFolder } from "../fixtures/program.js";

const APP = fileURLToPath(new URL("../../examples/describe-table/app/app.mjs", import.meta.url));
const DATA = fileURLToPath(
  new URL("../../node_modules/vega-datasets/data/gapminder-health-income.csv", import.meta.url),
);

interface Holding {
  readonly wallet: string;
  readonly free: string;
  readonly frozen: string;
  readonly score: number;
}

interface Balances {
  readonly accounts: Readonly<Record<string, Holding>>;
  readonly supply: string;
  readonly backing: string;
  readonly frozen: string;
}

interface Report {
  readonly deals: readonly {
    readonly dealId: string;
    readonly name: string;
    readonly volume: number;
    readonly trust: number;
    readonly paid: string;
    readonly stakesLost: string;
    readonly earned: Readonly<Record<string, string>>;
  }[];
  readonly tasks: readonly {
    readonly dealId: string;
    readonly index: number;
    readonly status: string;
    readonly result?: string;
    readonly resultSha256?: string;
    readonly digest?: string;
  }[];
  readonly attestation: {
    readonly isolation: string;
    readonly root: string;
    readonly platforms: readonly { worker: string; serial: string; model: string; gas: number }[];
    readonly quotes: readonly {
      worker: string;
      enclave: string;
      measurement: string;
      verdict: string;
      gas: number;
    }[];
  };
  readonly balances: { readonly before: Balances; readonly after: Balances };
  readonly laws: Readonly<Record<string, boolean>>;
  readonly gas: readonly { readonly step: string; readonly call: string; readonly gas: number }[];
}

const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total + BigInt(amount), 0n);

describe("The demo's JSON", () => {
  let run: DemoRun;
  let report: Report;

  before(async () => {
    run = await runDemo(["--json"]);
    report = JSON.parse(run.stdout) as Report;
  });

  it("is one object on stdout and nothing else, from a run that leaves nothing behind", () => {
    expect(run.code).to.equal(0);
    expect(run.stderr).to.equal("");
    expect(run.leftovers).to.deep.equal([]);
    expect(Object.keys(report)).to.deep.equal(["deals", "tasks", "attestation", "balances", "laws", "gas"]);
  });

  it("tells how each task of each deal ended", () => {
    const terms = report.deals.map(({ name, volume, trust }) => [name, volume, trust]);
    expect(terms).to.deep.equal([
      ["enclaves", 4, 1],
      ["replication", 2, 3],
      ["abandoned", 1, 1],
    ]);
    const ends = report.deals.map(({ dealId }) =>
      report.tasks.filter((task) => task.dealId === dealId).map(({ index, status }) => `${index} ${status}`),
    );
    expect(ends).to.deep.equal([
      ["0 COMPLETED", "1 COMPLETED", "2 COMPLETED", "3 COMPLETED"],
      ["0 COMPLETED", "1 COMPLETED"],
      ["0 FAILED"],
    ]);
  });

  it("has the SHA-256 that the program's results have when it is run by hand", async () => {
    for (const { index, status, result, resultSha256, digest } of report.tasks) {
      if (status === "FAILED") continue;
      const expected = await runByHand(index);
      expect(result).to.equal(expected.toString());
      expect(resultSha256).to.equal(`0x${createHash("sha256").update(expected).digest("hex")}`);
      expect(digest).to.equal(resultSha256);
    }
  });

  it("has books in which what was paid and lost was earned, deal by deal", () => {
    const money = report.deals.map(({ paid, stakesLost, earned }) => [paid, stakesLost, sum(Object.values(earned))]);

    expect(money).to.deep.equal([
      ["5600000000", "0", 5_600_000_000n],
      ["2800000000", "300000000", 3_100_000_000n],
      ["0", "300000000", 300_000_000n],
    ]);
    expect(Object.values(report.laws)).to.deep.equal([true, true, true, true, true]);
  });

  it("has balances that add up before and after, and moved by what was paid, lost and earned", () => {
    const { before, after } = report.balances;
    for (const { accounts, supply, backing, frozen } of [before, after]) {
      const holdings = Object.values(accounts);
      expect(sum(holdings.flatMap(({ free, frozen: locked }) => [free, locked]))).to.equal(BigInt(supply));
      expect(sum(holdings.map(({ frozen: locked }) => locked))).to.equal(BigInt(frozen));
      expect(backing).to.equal(supply);
    }
    for (const [name, now] of Object.entries(after.accounts)) {
      const then = before.accounts[name]!;
      const earned = sum(report.deals.map((deal) => deal.earned[name] ?? "0"));
      const given = { requester: 8_400_000_000n, scheduler: 300_000_000n, "worker 1": 300_000_000n }[name] ?? 0n;
      expect(sum([now.free, now.frozen]), name).to.equal(sum([then.free, then.frozen]) + earned - given);
    }
  });

  it("shows the liar without the score that it had gained", () => {
    const scores = Object.entries(report.balances.after.accounts).filter(([name]) => name.startsWith("worker"));

    expect(scores.map(([, { score }]) => score)).to.deep.equal([0, 2, 1, 1]);
  });

  it("has the gas of each step", () => {
    const calls = new Map(report.gas.map(({ call, gas }) => [call, gas]));

    expect([...calls.keys()]).to.deep.equal([
      "deposit",
      "createDataset",
      "createApp",
      "createWorkerpool",
      "registerChain",
      "registerAttestationKey",
      "registerPlatform",
      "matchOrders",
      "initialize",
      "contributeAndFinalize",
      "contribute",
      "reveal",
      "finalize",
      "claim",
    ]);
    for (const [call, gas] of calls) expect(gas, call).to.be.within(21_000, 1_000_000);
    expect(new Set(report.gas.map(({ step }) => step)).size).to.equal(8);
  });

  it("has every platform and every quote, with what they cost on chain, and says that isolation is simulated", async () => {
    const { isolation, root, platforms, quotes } = report.attestation;

    expect({ isolation, root }).to.deep.equal({ isolation: "simulated", root: "simulated" });
    expect(platforms.map(({ worker }) => worker)).to.deep.equal(["worker 1", "worker 2", "worker 3", "worker 4"]);
    expect(new Set(platforms.map(({ serial }) => serial)).size).to.equal(4);
    for (const { model, gas } of platforms) {
      expect(model).to.equal("0x53494d000000");
      expect(gas).to.be.within(150_000, 300_000);
    }
    const { mrEnclave } = measureApp(await readApp(dirname(APP)));
    expect(quotes.map(({ worker, measurement, verdict }) => [worker, measurement, verdict])).to.deep.equal(
      platforms.map(({ worker }) => [worker, mrEnclave, "accepted"]),
    );
    expect(new Set(quotes.map(({ enclave }) => enclave)).size).to.equal(4);
    for (const { gas } of quotes) expect(gas).to.be.within(200_000, 320_000);
  });
});

/** What the example program writes as the result of a task, run without any of this project's code. */
async function runByHand(index: number): Promise<Buffer> {
  const { folder, remove } = await programFolder();
  try {
    const [input, output] = [join(folder, "in"), join(folder, "out")];
    await mkdir(input);
    await mkdir(output);
    const zip = new JSZip().file("file", await readFile(DATA));
    await writeFile(join(input, "data"), await zip.generateAsync({ type: "uint8array" }));
    const env = {
      IEXEC_IN: input,
      IEXEC_OUT: output,
      IEXEC_DATASET_FILENAME: "data",
      IEXEC_TASK_INDEX: String(index),
    };
    await promisify(execFile)(process.execPath, [APP], { env });
    return await readFile(join(output, "result.json"));
  } finally {
    await remove();
  }
}
