import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { theNetwork } from "./network.js";

const ROOT = path.join(import.meta.dirname, "..", "..");
const PAGE = readFileSync(path.join(ROOT, "docs/tutorial.md"), "utf8");
/** Printed between the commands of one block and those of the next. */
const NEXT = "--- next block ---";

/** A reader's shell knows nothing of the `npx -c` that these tests may run in, whose options npx would take for its own. */
const READERS = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

/** The blocks of a kind on the page, in its order. */
const blocksOf = (kind: string): string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text!);

/** What a script prints, run by bash as a reader would type it. Fails with what it said when it fails. */
async function run(script: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    cwd: ROOT,
    env: { ...READERS, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let errors = "";
  child.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`The tutorial ended with ${code}:\n${printed}\n${errors}`);
  return printed;
}

describe("The tutorial", () => {
  let folder: string;
  let printed: readonly string[];

  before(async () => {
    const { file } = await theNetwork();
    folder = mkdtempSync(path.join(tmpdir(), "tutorial-"));
    await copyFile(file, path.join(folder, "network.json"));

    const [start, ...blocks] = blocksOf("sh");
    expect(start).to.contain("npm run network");
    const script = blocks.join(`echo "${NEXT}"\n`).replaceAll(".network", folder);
    // The tests' network keeps its state elsewhere than where a reader's does.
    const told = script.replaceAll(/--silent (?:why|task) --/g, `$& --network ${folder}/network.json`);
    printed = (await run(told, { POCO_NETWORK: file })).split(`${NEXT}\n`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("publishes an app that is measured, and protects data", () => {
    const [, published, data] = printed;
    expect(published)
      .to.match(/[0-9a-f]{64}/)
      .and.match(/^The app is 0x[0-9a-fA-F]{40}$/m);
    expect(data).to.match(/^The data is 0x[0-9a-fA-F]{40}$/m);
  });

  it("finds orders that match, and ends with the decrypted result that the page shows", () => {
    const [result] = blocksOf("text");
    expect(printed[3]).to.match(/^Match: 1 task at/m);
    expect(printed[3]!.trim().split("\n").at(-1)).to.equal(result!.trim());
  });

  it("sees how the task was done", () => {
    expect(printed[4])
      .to.match(/completed/i)
      .and.match(/quote/i);
  });
});
