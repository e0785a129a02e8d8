import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";

import { theNetwork } from "./network.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

describe("The walk-through of an example", () => {
  let folder: string;

  before(async () => {
    await theNetwork();
    folder = await mkdtemp(join(tmpdir(), "walkthrough-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("does what its README says: a model of penguins, for somebody who sees none", async () => {
    const said = await walk("train-model");

    expect(said).to.match(/^task 0x[0-9a-f]{64}$/m);
    expect(said).to.contain("Species predicted correctly in 98.6 % of 69 rows");
  });

  /** Does what a README has a reader type after starting a network, and gives what the last command says. */
  async function walk(example: string): Promise<string> {
    const readme = await readFile(join(ROOT, "examples", example, "README.md"), "utf8");
    const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines]) => lines!.trim().split("\n"));
    const [start, ...rest] = blocks;
    expect(start).to.deep.equal(["npm run build && npm run network"]);
    const { file } = await theNetwork();
    let said = "";
    for (const line of rest.flat()) {
      // What is printed last is the address that the next command takes.
      const words = line
        .replaceAll(".network", folder)
        .replace(" APP", ` ${said.trim().split("\n").at(-1)}`)
        .split(" ");
      const [command, ...args] = words[0] === "npx" ? [process.execPath, ...words.slice(2)] : words;
      const { stdout } = await run(command!, args, { cwd: ROOT, env: { ...process.env, POCO_NETWORK: file } });
      said = stdout;
    }
    return said;
  }
});
