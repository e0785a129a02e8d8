import { expect } from "chai";

import { runPoco } from "../fixtures/runPoco.js";

const ADDRESS = `0x${"11".repeat(20)}`;

describe("An option that cannot be what it stands for", () => {
  for (const [args, sentence] of [
    [["data", "grant", "0x12", "--app", ADDRESS], 'DATASET is "0x12", expected'],
    [["data", "grant", ADDRESS, "--app", "0x12"], '--app is "0x12", expected'],
    [["data", "grant", ADDRESS, "--app", ADDRESS, "--price", "free"], '"free", expected'],
    [["data", "list", "0x12"], 'DATASET is "0x12", expected'],
    [["data", "revoke", ADDRESS, "--requester", "0x12"], '--requester is "0x12", expected'],
    [["iapp", "deploy", "--image", "a/b@sha256:1", "--requester", "0x12"], '--requester is "0x12", expected'],
    [["pool", "forgive", ADDRESS, "0x12"], 'REQUESTER is "0x12", expected'],
    [["task", "0x12"], 'TASK is "0x12", expected'],
    [["why", "--app", "0x12", "--requester", ADDRESS], '"0x12", expected'],
  ] as const) {
    it(`is the mistake of the command line: poco ${args.join(" ")}`, async () => {
      const { code, stderr } = await runPoco(args);
      expect(code, stderr).to.equal(2);
      expect(stderr).to.contain(sentence).and.match(/\.$/);
    });
  }

  it("is not shown where it may be a secret", async () => {
    for (const secret of ["hush", "hush==", "0=hush"]) {
      const { code, stderr } = await runPoco(["iapp", "run", ADDRESS, "--secret", secret]);
      expect(code).to.equal(2);
      expect(stderr).to.equal("A --secret does not begin with its number: give NUMBER=VALUE, with numbers from 1 on.");
    }
  });
});
