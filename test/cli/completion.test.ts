import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { runPoco } from "../fixtures/runPoco.js";

/** Returns what could stand in place of the last word. */
async function candidates(...words: readonly string[]): Promise<string[]> {
  const { stdout } = await runPoco(["complete", ...words]);
  return stdout === "" ? [] : stdout.split("\n");
}

describe("The completion of poco", () => {
  it("completes the names of commands", async () => {
    expect(await candidates("m")).to.deep.equal(["measure"]);
    expect(await candidates("")).to.include.members(["network", "task", "completion"]);
    expect(await candidates("pool", "")).to.deep.equal(["denials", "forgive"]);
    expect(await candidates("network", "sc")).to.deep.equal(["scheduler"]);
    expect(await candidates("nothing", "like-that", "")).to.include("network");
  });

  it("completes the options of the command, and of no other", async () => {
    expect(await candidates("measure", "--")).to.deep.equal(["--pack", "--json", "--help"]);
    expect(await candidates("measure", "--pack", "x.pack", "--j")).to.deep.equal(["--json"]);
    expect(await candidates("quote", "verify", "--on")).to.deep.equal(["--on-chain"]);
  });

  it("leaves files and free text to the shell", async () => {
    expect(await candidates("measure", "--pack", "")).to.deep.equal([]);
    expect(await candidates("measure", "my-")).to.deep.equal([]);
    // The value of an option is no command.
    expect(await candidates("network", "--state", "store", "--work")).to.include("--workers");
  });

  it("completes values where there are few", async () => {
    expect(await candidates("completion", "")).to.deep.equal(["bash", "zsh", "fish"]);
  });

  it("has a script for each shell, and no other", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      expect((await runPoco(["completion", shell])).stdout).to.contain("poco complete");
    }
    expect(await runPoco(["completion", "tcsh"])).to.deep.include({ code: 2, stdout: "" });
  });

  it("works in bash", async () => {
    const folder = await mkdtemp(join(tmpdir(), "completion-"));
    try {
      // A program that prints its arguments stands for poco.
      await writeFile(join(folder, "poco"), `#!/bin/sh\nfor word; do echo "<$word>"; done\n`);
      await chmod(join(folder, "poco"), 0o755);
      const { stdout: script } = await runPoco(["completion", "bash"]);
      const press = `${script}\nCOMP_WORDS=(poco "two words" ""); COMP_CWORD=2; _poco; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
      const { stdout } = await promisify(execFile)("bash", ["-c", press], { env });

      expect(stdout).to.equal("<complete>\n<two words>\n<>\n");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
