import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMMANDS = ["network", "demo", "why", "task", "quote", "measure", "pool"];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `poco` as a process of its own. */
function poco(...args: readonly string[]): Promise<Ended> {
  const command = ["packages/cli/bin/poco.js", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

function readPackage(file: string) {
  return JSON.parse(readFileSync(new URL(file, new URL("../../", import.meta.url)), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
    readonly bin: Readonly<Record<string, string>>;
  };
}

describe("The command poco", () => {
  it("lists its commands, a sentence each", async () => {
    const { code, stdout } = await poco("--help");

    expect(code).to.equal(0);
    const lines = [...stdout.matchAll(/^ {2}(\w+) +([A-Z][^.]+\.)$/gm)];
    expect(lines.map(([, name]) => name)).to.deep.equal([
      "iapp",
      "data",
      "account",
      "wallet",
      ...COMMANDS,
      "completion",
    ]);
  });

  it("refuses a command that it does not have, and names it", async () => {
    for (const name of ["netwrok", "constructor", ""]) {
      expect(await poco(name, "--help")).to.deep.equal({
        code: 2,
        stdout: "",
        stderr: `poco has no command ${JSON.stringify(name)}. poco --help lists the commands.\n`,
      });
    }
  });

  it("refuses to do nothing", async () => {
    expect(await poco()).to.deep.equal({
      code: 2,
      stdout: "",
      stderr: "poco needs a command. poco --help lists the commands.\n",
    });
  });

  for (const name of COMMANDS) {
    it(`has the help of ${name}`, async () => {
      const { code, stdout, stderr } = await poco(name, "--help");

      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout)
        .to.match(new RegExp(`^Usage: poco ${name} `))
        .and.include("--help");
    });

    it(`is what npm run ${name} runs`, () => {
      expect(readPackage("package.json").scripts[name]).to.match(
        new RegExp(`(?:^| )packages/cli/src/poco\\.ts ${name}$`),
      );
    });
  }

  it("passes on the exit code of a command", async () => {
    const { code, stderr } = await poco("pool", "--no-such-option");

    expect(code).to.equal(2);
    expect(stderr).to.include("--no-such-option");
  });

  it("is the program that its package installs", () => {
    expect(readPackage("packages/cli/package.json").bin).to.deep.equal({ poco: "./bin/poco.js" });
  });
});
