import { expect } from "chai";

import { runDemo } from "../fixtures/demo.js";
import { programFolder, script } from "../fixtures/program.js";

describe("The demo's story", () => {
  it("is told in plain words and ends with who paid, earned, lost and holds what", async () => {
    const { code, stdout, stderr, leftovers } = await runDemo(["--tasks", "1"]);

    expect(stderr).to.equal("");
    expect(code).to.equal(0);
    expect(leftovers).to.deep.equal([]);
    const steps = stdout.split("\n").filter((line) => /^\d\. /.test(line));
    expect(steps.map((line) => line.replace(/ {2}\d.*/, ""))).to.deep.equal([
      "1. An embedded chain, and the contracts on it",
      "2. Everybody puts RLC into escrow",
      "3. A data provider protects a file",
      "4. An app developer publishes an iApp",
      "5. A scheduler opens a workerpool",
      "6. The workers' platforms are registered",
      "7. Deal 1: a bag of 1 tasks in enclaves",
      "8. Deal 2: a bag of 2 tasks, replicated, and a worker that lies",
      "9. Deal 3: abandoned, and claimed back",
    ]);
    expect(stdout).to.match(/Hardhat Ignition deployed \d+ contracts\. The hub is 0x\w{40}\./);
    expect(stdout).to.include("The hub's TEE broker trusts platforms under a SIMULATED root");
    expect(stdout).to.match(
      /worker 4: certificate 0x\w{16}…, registerPlatform [\d,]+ gas, registerAttestationKey [\d,]+ gas\./,
    );
    expect(stdout).to.include("Isolation is simulated: no enclave hardware is involved");
    expect(stdout).to.match(/Its quote is accepted on chain: MRENCLAVE 0x\w{16}… is the app's,/);
    expect(stdout).to.include("“187 rows, 5 columns (3 of numbers), no value missing.”");
    expect(stdout).to.include("loses its stake of 0.3 RLC, which they share, and its score falls from 1 to 0.");
    expect(stdout).to.match(/Who paid, earned, lost and holds what, in RLC\n +account +put in +paid +earned +lost/);
    expect(stdout).to.match(/requester +20 +4\.2 +15\.8 *\n/);
    expect(stdout).to.match(/replication +2 of 2 +2\.8 +0\.3 +0\.2 +0\.6 +0\.023 +2\.277/);
    expect(stdout.match(/^ {3}yes {2}/gm)).to.have.lengthOf(5);
    expect(stdout, "colors without a terminal").not.to.include("\u001b");
  });

  it("begins with what can be asked of it", async () => {
    const { code, stdout } = await runDemo(["--help"]);

    expect(code).to.equal(0);
    expect(stdout).to.match(/^Usage: poco demo \[options\]\n/);
  });

  it("leaves nothing behind when it is interrupted while a program runs, not even the program", async () => {
    const programs = await programFolder();
    try {
      const app = await programs.write("slow.mjs", script(`setInterval(() => {}, 1000);`));
      const { code, leftovers, survivors } = await runDemo(["--app", app], "runs the program, ");

      expect(code).to.equal(130);
      expect(leftovers).to.deep.equal([]);
      expect(survivors).to.deep.equal([]);
    } finally {
      await programs.remove();
    }
  });
});
