import { expect } from "chai";

import { runPoco } from "../fixtures/runPoco.js";

/** Every command that does something, as it is called. */
const COMMANDS = [
  ["iapp", "init"],
  ["iapp", "mock"],
  ["iapp", "test"],
  ["iapp", "deploy"],
  ["iapp", "run"],
  ["data", "protect"],
  ["data", "grant"],
  ["data", "list"],
  ["data", "revoke"],
  ["account", "show"],
  ["account", "deposit"],
  ["account", "withdraw"],
  ["wallet", "create"],
  ["wallet", "import"],
  ["wallet", "list"],
  ["network"],
  ["network", "store"],
  ["demo"],
  ["why"],
  ["task"],
  ["quote", "verify"],
  ["measure"],
  ["pool", "denials"],
  ["pool", "forgive"],
  ["completion"],
];

describe("The help of poco", () => {
  for (const command of COMMANDS) {
    const name = command.join(" ");

    it(`says how to call ${name}, and what its exit codes mean`, async () => {
      const { code, stdout, stderr } = await runPoco([...command, "--help"]);

      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: "" });
      expect(stdout)
        .to.match(new RegExp(`^Usage: poco ${name} `))
        .and.match(/^Exit codes:\n {2}0: .*2: /ms);
      expect(await runPoco([...command, "-h"])).to.deep.include({ stdout });
    });
  }

  it("has examples that poco can parse", async () => {
    for (const command of COMMANDS) {
      const { stdout } = await runPoco([...command, "--help"]);
      for (const [, example] of stdout.matchAll(/^ {2}(poco .*)$/gm)) {
        // With --help, a command is parsed but not run; an option that it does not have would be an error before.
        const { code } = await runPoco([...example!.split(" ").slice(1), "--help"]);
        expect(code, example).to.equal(0);
      }
    }
  });
});

describe("The command line of poco", () => {
  it("refuses what it does not know in a sentence, as JSON too if JSON is asked for", async () => {
    const sentence = "Unknown option '--wach' (Did you mean --watch?). See poco task --help.";

    expect(await runPoco(["task", "0x12", "--wach"])).to.deep.equal({ code: 2, stdout: "", stderr: sentence });
    const { stdout, ...rest } = await runPoco(["task", "0x12", "--wach", "--json"]);
    expect(rest).to.deep.equal({ code: 2, stderr: sentence });
    expect(JSON.parse(stdout)).to.deep.equal({ error: sentence });
  });

  it("wants a value where an option has one", async () => {
    expect((await runPoco(["measure", "app", "--pack"])).stderr).to.equal(
      "Option '--pack <FILE>' argument missing. See poco measure --help.",
    );
  });

  it("wants a command where there are several", async () => {
    expect(await runPoco(["pool"])).to.deep.equal({
      code: 2,
      stdout: "",
      stderr: "poco pool needs a command: denials, forgive. See poco pool --help.",
    });
  });
});
