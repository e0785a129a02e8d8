import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect } from "chai";
import JSZip from "jszip";

import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import type { DataObject } from "@poco-marketplace/sdk/protect/schema.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import { ProgramFailedError } from "@poco-marketplace/enclave/task/program.js";
import type { EnclaveTask } from "@poco-marketplace/enclave/task/task.js";
import { taskFor } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";

const APP = new URL("../../examples/describe-table/app/app.mjs", import.meta.url).pathname;
const DATASET = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

type Result = {
  headline: string;
  columns: Record<string, unknown>[];
  strongest: { columns: string[]; rows: number; pearson: number; spearman: number }[];
  clearest: { value: string; by: string; varianceExplained: number; means: unknown[] }[];
  furthest: { row: number; label: string; column: string; value: number }[];
};

async function describeTable(data: DataObject | Uint8Array, more: Partial<EnclaveTask> = {}) {
  const dataset = { address: DATASET, ...(await encryptData(data)) } as const;
  const task = taskFor(APP, { index: 0n, botFirst: 0n, dataset, ...more });
  const { archive, digest } = await new Enclave().run(task);
  const text = await (await JSZip.loadAsync(archive)).file("result.json")!.async("string");
  return { digest, result: JSON.parse(text) as Result };
}

/** A public data file, out of the vega-datasets package. */
function publicFile(name: string): Promise<Buffer> {
  const main = createRequire(import.meta.url).resolve("vega-datasets");
  return readFile(`${main.slice(0, main.lastIndexOf("vega-datasets/"))}vega-datasets/data/${name}`);
}

const LINE = "x,y,group\n1,10,a\n2,8,a\n3,6,b\n4,4,b\n5,2,b\n6,,b\n";

describe("The iApp that describes a table", () => {
  it("does one analysis per task, and starts over when the bag has more tasks", async () => {
    const headlines: string[] = [];
    for (const index of [0n, 1n, 2n, 3n, 4n]) {
      const { result } = await describeTable(Buffer.from(LINE), { index, botSize: 5n });
      headlines.push(result.headline);
    }

    expect(headlines).to.deep.equal([
      "6 rows, 3 columns (2 of numbers), 1 values missing.",
      "y falls with x more clearly than any other pair: r = -1.00, rho = -1.00 over 5 rows.",
      "group tells most about y (75 % of its variance): on average 9 for a, 4 for b.",
      "row 1 stands out: x is 1, 1.3 deviations below the mean.",
      "6 rows, 3 columns (2 of numbers), 1 values missing.",
    ]);
  });

  it("computes what a textbook does", async () => {
    const { result } = await describeTable(Buffer.from("x,y\n1,1\n2,8\n3,27\n4,64\n"), { args: "correlations" });
    const { result: overview } = await describeTable(Buffer.from("x,y\n1,1\n2,8\n3,27\n4,64\n"));

    expect(result.strongest).to.deep.equal([{ columns: ["x", "y"], rows: 4, pearson: 0.95137, spearman: 1 }]);
    expect(overview.columns[1]).to.include({ mean: 25, deviation: 28.2253, min: 1, median: 17.5, max: 64 });
    expect(overview.columns[1]).to.include({ lowerQuartile: 6.25, upperQuartile: 36.25 });
  });

  it("finds in real data what is known of it", async () => {
    const penguins = await publicFile("penguins.json");
    const world = await publicFile("gapminder-health-income.csv");
    const weather = await publicFile("seattle-weather.csv");

    const { result: bodies } = await describeTable(penguins, { args: "correlations" });
    expect(bodies.strongest[0]).to.deep.include({ columns: ["Flipper Length (mm)", "Body Mass (g)"], rows: 342 });
    expect(bodies.strongest[0]!.pearson.toFixed(4)).to.equal("0.8712");

    const { result: outlier } = await describeTable(world, { args: "extremes" });
    expect(outlier.furthest[0]).to.include({ label: "China", column: "population", value: 1376048943 });

    const { result: seasons } = await describeTable(weather, { args: "groups" });
    expect(seasons.clearest[0]).to.include({ value: "temp_max", by: "month of date" });
  });

  it("gives every worker the same digest", async () => {
    const world = await publicFile("gapminder-health-income.csv");

    const digests = [await describeTable(world), await describeTable(world)].map(({ digest }) => digest);

    expect(new Set(digests).size).to.equal(1);
  });

  it("reads quoted cells, semicolons, tabs, JSON, compressed zips, and text that was protected as text", async () => {
    const quoted = `name;value\r\n"a; ""b""\nc";1\r\nd;2\r\n`;
    const { result } = await describeTable(Buffer.from(quoted));
    expect(result.columns[0]).to.deep.include({ name: "name", distinct: 2 });
    expect(result.columns[0]!["mostFrequent"]).to.deep.include({ text: `a; "b"\nc`, count: 1 });

    for (const data of [
      Buffer.from("x\ty\n1\t2\n3\t4\n"),
      Buffer.from(`[{"x": 1, "y": 2}, {"x": 3, "y": 4}]`),
      { note: "unused", nested: { table: "x,y\n1,2\n3,4\n" } },
    ]) {
      const { result: described } = await describeTable(data);
      expect(described.headline).to.equal("2 rows, 2 columns (2 of numbers), no value missing.");
    }
  });

  it("takes the file that the requester names", async () => {
    const data = { one: Buffer.from("x,y\n1,2\n"), two: Buffer.from("a,b\n1,2\n3,4\n5,6\n") };

    expect((await describeTable(data)).result.headline).to.include("3 rows");
    expect((await describeTable(data, { args: "overview one" })).result.headline).to.include("1 rows");
  });

  const refused: readonly [string, Buffer, Partial<EnclaveTask>, string][] = [
    ["is not a table", Buffer.from("just a line"), {}, "should name at least two columns"],
    ["is other JSON", Buffer.from(`{"a": 1}`), {}, "it should be an array of objects"],
    ["has no rows", Buffer.from("x,y\n"), {}, "The table has no rows"],
    [
      "is asked for an analysis that there is not",
      Buffer.from(LINE),
      { args: "guess" },
      "ask for overview, correlations",
    ],
    ["is asked for a file that there is not", Buffer.from(LINE), { args: "overview x" }, "it has file"],
  ];
  for (const [what, file, more, sentence] of refused) {
    it(`fails with a sentence when the data ${what}`, async () => {
      expect((await rejection(describeTable(file, more), ProgramFailedError)).message).to.include(sentence);
    });
  }

  it("fails with a sentence when the deal has no dataset", async () => {
    const error = await rejection(new Enclave().run(taskFor(APP)), ProgramFailedError);

    expect(error.message).to.include("name a dataset in the request order");
  });
});
