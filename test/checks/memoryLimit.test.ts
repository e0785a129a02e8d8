import { expect } from "chai";

import { limitMemory } from "../harness/mutants/memoryLimit.js";

const GIGABYTE = 2 ** 30;

/** Holds these amounts, one after the other, then the last; answers with all that is said within some looks. */
async function saidOf(gigabytes: readonly number[], limit: number): Promise<readonly string[]> {
  const said: string[] = [];
  let looks = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const held = () => {
    const now = gigabytes[looks++] ?? gigabytes.at(-1)!;
    if (looks > gigabytes.length + 1) resolve(undefined);
    return now * GIGABYTE;
  };
  const end = (sentence: string) => {
    said.push(sentence);
    resolve(undefined);
  };
  const stop = limitMemory(limit, () => "all tests, at number 412", { held, end });
  // The limit itself keeps no process alive.
  const alive = setInterval(() => undefined, 1_000);
  await promise;
  clearInterval(alive);
  stop();
  return said;
}

describe("The limit of memory of mutation tests", () => {
  it("ends the run with a sentence that says how much is held, at what, and what to do", async () => {
    expect(await saidOf([1, 5, 6.25], 6)).to.deep.equal([
      "Stopped, since it held 6.3 GB of memory at this point: all tests, at number 412. " +
        "Allow more than 6 GB with --memory, or try that mutant alone with --id.",
    ]);
  });

  it("lets a run go on that holds no more than it may", async () => {
    expect(await saidOf([1, 6], 6)).to.deep.equal([]);
  });
});
