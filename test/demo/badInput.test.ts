import { symlink } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { DemoError } from "@poco-marketplace/cli/demo/demoError.js";
import { checkFiles, readOptions } from "@poco-marketplace/cli/demo/options.js";
import { runDemo } from "../fixtures/demo.js";
import { programFolder, script } from "../fixtures/program.js";
import { runPoco } from "../fixtures/runPoco.js";
import { rejection } from "../fixtures/rejection.js";

describe("The demo, given what it cannot use,", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;

  before(async () => {
    programs = await programFolder();
  });
  after(() => programs.remove());

  const files: readonly [what: string, make: () => Promise<string>, sentence: string][] = [
    [
      "a file that is not there",
      () => Promise.resolve(join(programs.folder, "absent.csv")),
      "and there is no such file: check the path.",
    ],
    [
      "a file that cannot be read",
      async () => {
        const link = join(programs.folder, "loop.csv");
        await symlink(link, link);
        return link;
      },
      "which cannot be read (ELOOP): check the path and its permissions.",
    ],
    ["a folder", () => Promise.resolve(programs.folder), "which is a folder: name a file in it."],
    ["an empty file", () => programs.write("empty.csv", ""), "which is empty: name a file with something in it."],
  ];
  for (const [what, make, sentence] of files) {
    it(`says of ${what} what to do, before anything is spent`, async () => {
      const path = await make();
      const { options } = readOptions({ data: path });

      const { message } = await rejection(checkFiles(options), DemoError);
      expect(message).to.equal(`--data is ${path}, ${sentence} Nothing was spent.`);
    });
  }

  it("says the same of a program that is not there, to readers of JSON too, and ends with code 1", async () => {
    const { code, stdout, stderr, leftovers } = await runDemo(["--app", "nothing.mjs", "--json"]);

    const sentence = "--app is nothing.mjs, and there is no such file: check the path. Nothing was spent.";
    expect(stderr).to.equal(`\n${sentence}\n`);
    expect(JSON.parse(stdout)).to.deep.equal({ error: sentence });
    expect(code).to.equal(1);
    expect(leftovers).to.deep.equal([]);
  });

  const usage: readonly [args: readonly string[], sentence: RegExp][] = [
    [["--dta", "x"], /^Unknown option '--dta' \(Did you mean --data\?\)\. See poco demo --help\.$/],
    [["--attack", "bribe"], /^--attack is bribe: give all, or one of other-app, replayed-quote, .*\.$/],
    [["--tasks", "21"], /^--tasks is 21: give a whole number from 1 to 20\.$/],
    [["--timeout", "1.5"], /^--timeout is 1\.5: give a whole number from 1 to 300\.$/],
    [["--deposit", "1000.1"], /^--deposit is 1000\.1: give an amount of RLC from 0 to 1000, such as 20 or 0\.5\.$/],
  ];
  for (const [args, sentence] of usage) {
    it(`says what ${args[0]!} takes`, async () => {
      const { code, stderr } = await runPoco(["demo", ...args]);

      expect(code).to.equal(2);
      expect(stderr.trim()).to.match(sentence);
    });
  }

  it("ends with code 2 for options that make no sense", async () => {
    const { code, stdout, stderr } = await runDemo(["--tasks", "21"]);

    expect(stderr).to.equal("\n--tasks is 21: give a whole number from 1 to 20.\n");
    expect(stdout).to.equal("");
    expect(code).to.equal(2);
  });

  it("says what a failing program said, and gives the money back", async () => {
    const app = await programs.write("failing.mjs", script(`console.error("no such column"); process.exit(7);`));
    const { code, stdout, stderr, leftovers } = await runDemo(["--app", app, "--json"]);

    const [first, ...rest] = stderr.split("\n").slice(1);
    expect(first).to.match(/^The program \S*failing\.mjs ended with exit code 7\. Fix what it reports:$/);
    expect(rest.join("\n")).to.equal(
      "no such column.\n" +
        "The requester claimed 4 unfinished tasks and took its money out: its wallet holds 20 of 20 RLC, " +
        "and nothing is left in escrow.\n",
    );
    const { error, requester, tasks } = JSON.parse(stdout) as Record<string, unknown>;
    expect(`\n${error as string}\n`).to.equal(stderr);
    expect(requester).to.deep.equal({ claimed: 4, wallet: "20000000000", free: "0", frozen: "0", score: 0 });
    expect((tasks as { status: string }[]).map(({ status }) => status)).to.deep.equal(Array(4).fill("FAILED"));
    expect(code).to.equal(1);
    expect(leftovers).to.deep.equal([]);
  });
});
