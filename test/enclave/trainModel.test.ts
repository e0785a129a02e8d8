import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect } from "chai";
import JSZip from "jszip";

import { encryptData } from "@poco-marketplace/sdk/protect/encryptData.js";
import { readApp } from "@poco-marketplace/enclave/app/appFolder.js";
import { Enclave } from "@poco-marketplace/enclave/task/enclave.js";
import { ProgramFailedError } from "@poco-marketplace/enclave/task/program.js";
import { taskFor } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";

const FOLDER = new URL("../../examples/train-model/app/", import.meta.url).pathname;
const DATASET = "0x5FbDB2315678afecb367f032d93F642f64180aa3";

interface Result {
  readonly target: string;
  readonly features: string[];
  readonly rows: { trained: number; tested: number; dropped: number };
  readonly accuracy: number;
  readonly confusion: Record<string, Record<string, number>>;
  readonly classes: string[];
  readonly means: number[];
  readonly deviations: number[];
  readonly weights: number[][];
  readonly biases: number[];
}

async function trainOn(data: Uint8Array, args?: string) {
  const dataset = { address: DATASET, ...(await encryptData(data)) } as const;
  const task = taskFor(`${FOLDER}app.mjs`, { dataset, ...(args !== undefined && { args }) });
  const { archive, digest } = await new Enclave().run(task);
  const text = await (await JSZip.loadAsync(archive)).file("model.json")!.async("string");
  return { digest, text, result: JSON.parse(text) as Result };
}

/** Measures of penguins near Palmer Station, out of the vega-datasets package. */
function penguins(): Promise<Buffer> {
  const main = createRequire(import.meta.url).resolve("vega-datasets");
  return readFile(`${main.slice(0, main.lastIndexOf("vega-datasets/"))}vega-datasets/data/penguins.json`);
}

function table(rows: readonly object[]): Buffer {
  return Buffer.from(JSON.stringify(rows));
}

describe("The iApp that trains a model", () => {
  it("learns to tell penguins apart, and shows no penguin", async () => {
    const { result, text } = await trainOn(await penguins());

    expect(result.target).to.equal("Species");
    expect(result.rows).to.deep.equal({ trained: 273, tested: 69, dropped: 2 });
    expect(result.accuracy).to.be.greaterThan(0.95);
    expect(result.classes).to.deep.equal(["Adelie", "Chinstrap", "Gentoo"]);
    const counted = Object.values(result.confusion).flatMap((row) => Object.values(row));
    expect(counted.reduce((a, b) => a + b)).to.equal(69);
    expect(text.length).to.be.lessThan(3_000);
  });

  it("gives a model that can be used as it is", async () => {
    const { result } = await trainOn(await penguins());
    const { predict } = (await import(`${FOLDER}model.mjs`)) as {
      predict: (model: Result, values: number[]) => string;
    };

    expect(predict(result, [39.1, 18.7, 181, 3_750])).to.equal("Adelie");
    expect(predict(result, [50, 15.2, 218, 5_700])).to.equal("Gentoo");
  });

  it("comes to the same result wherever it runs", async () => {
    const [one, other] = await Promise.all([trainOn(await penguins()), trainOn(await penguins())]);

    expect(one.digest).to.equal(other.digest);
  });

  it("predicts the column that is asked for", async () => {
    const { result } = await trainOn(await penguins(), "Island");

    expect(result.target).to.equal("Island");
  });

  it("is a folder that can be measured and run in an enclave", async () => {
    const app = await readApp(FOLDER);

    expect(app.manifest).to.deep.equal({ entrypoint: "app.mjs", permissions: [] });
  });

  const few = Array.from({ length: 49 }, (_, i) => ({ kind: i % 2 === 0 ? "a" : "b", size: i }));
  for (const [what, data, args, sentence] of [
    ["so few rows that they could be told", table(few), undefined, "49 complete rows are too few"],
    ["no classes", table(few.map(({ size }) => ({ size }))), undefined, "there is none in this data"],
    ["a column that is not a class", table(few), "size", "take kind"],
    ["no numbers", table(few.map(({ kind }) => ({ kind }))), undefined, "a column of numbers"],
    ["no table", Buffer.from("{}"), undefined, "is not a table"],
    ["no JSON", Buffer.from("a,b\n1,2\n"), undefined, "is not JSON"],
    ["a file that is not there", table(few), "kind other", 'There is no "other"'],
  ] as const) {
    it(`refuses ${what} with a sentence`, async () => {
      const { message } = await rejection(trainOn(data, args), ProgramFailedError);

      expect(message).to.contain(sentence);
    });
  }
});
