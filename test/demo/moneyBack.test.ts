import { expect } from "chai";
import { network } from "hardhat";

import { DemoError } from "@poco-marketplace/cli/demo/demoError.js";
import { openTranscript } from "@poco-marketplace/cli/demo/transcript.js";
import { deploy, openScenario, type Scenario } from "@poco-marketplace/cli/demo/scenario.js";
import { runDeals } from "@poco-marketplace/cli/demo/runDeals.js";
import type { DemoValues } from "@poco-marketplace/cli/commands/demo.js";
import { readOptions } from "@poco-marketplace/cli/demo/options.js";
import { ONE_RLC } from "@poco-marketplace/sdk/index.js";
import { programFolder, script } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const { networkHelpers } = connection;
const PRICE = (14n * ONE_RLC) / 10n;

async function freshHub() {
  return deploy(connection, () => {});
}

describe("The requester's money, when the demo breaks off,", () => {
  let programs: Awaited<ReturnType<typeof programFolder>>;
  let scenario: Scenario | undefined;

  before(async () => {
    programs = await programFolder();
  });
  afterEach(async () => {
    await scenario?.close();
    scenario = undefined;
  });
  after(() => programs.remove());

  /** Runs the deals with a program, and answers why it broke off, and what the requester has on chain then. */
  async function breakOff(program: string, values: DemoValues = {}) {
    const hub = await networkHelpers.loadFixture(freshHub);
    const app = await programs.write("app.mjs", script(program));
    const { options } = readOptions({ app, ...values });
    scenario = await openScenario(hub, options);
    const transcript = openTranscript({ print: () => {}, during: (_, work) => work });
    const { message } = await rejection(runDeals(scenario, transcript, options), DemoError);
    const { token, hub: poco } = scenario.contracts;
    const { requester } = scenario.addresses;
    const [free, frozen] = await poco.viewAccount(requester);
    return { app, message, wallet: await token.balanceOf(requester), escrow: [free, frozen], transcript };
  }

  it("is not even spent on a program that enclaves cannot run", async () => {
    const app = await programs.write("mean.py", "print(1)");
    const { options } = readOptions({ app });
    const { message } = await rejection(openScenario(await networkHelpers.loadFixture(freshHub), options), DemoError);

    expect(message).to.match(/^--app is .*mean\.py, which enclaves cannot run\. /);
    expect(message).to.include('its entrypoint "mean.py" is no .js, .mjs, .cjs, .ts or .mts file');
    expect(message).to.match(/Nothing was spent\.$/);
  });

  it("is back when it is too little, with how much it takes", async () => {
    const { message, wallet, escrow } = await breakOff("", { deposit: "1" });

    expect(message).to.equal(
      "The requester has 1 RLC free in escrow, and this deal takes 5.6. " +
        "All three deals cost 9.8 RLC: give --deposit at least that.\n" +
        "The requester took its money out: its wallet holds 1 of 1 RLC, and nothing is left in escrow.",
    );
    expect(wallet).to.equal(ONE_RLC);
    expect(escrow).to.deep.equal([0n, 0n]);
  });

  it("is back after a program that writes nothing", async () => {
    const { message, wallet, escrow } = await breakOff("");

    expect(message).to.match(/^The program wrote nothing: make it write its result and computed\.json into/);
    expect(wallet).to.equal(20n * ONE_RLC);
    expect(escrow).to.deep.equal([0n, 0n]);
  });

  it("is back after a program that takes too long", async () => {
    const { message, wallet, escrow } = await breakOff("setTimeout(() => {}, 60_000);", { timeout: "1" });

    expect(message).to.match(/was stopped after 1 s: make it faster/);
    expect(wallet).to.equal(20n * ONE_RLC);
    expect(escrow).to.deep.equal([0n, 0n]);
  });

  it("is back for the tasks that a program failed at, and spent for those that it did", async () => {
    const { message, wallet, escrow, transcript } = await breakOff(`
      if (process.env.IEXEC_TASK_INDEX === "2") process.exit(1);
      write("result.txt", "fine");
      computed({ "deterministic-output-path": path.join(out, "result.txt") });
    `);

    expect(message).to.match(/ended with exit code 1\. It printed nothing;/);
    expect(message).to.include("claimed 2 unfinished tasks");
    expect(message).to.include("2.8 RLC went to those who finished tasks.");
    expect(wallet).to.equal(20n * ONE_RLC - 2n * PRICE);
    expect(escrow).to.deep.equal([0n, 0n]);
    expect(transcript.tasks.map(({ status }) => status)).to.deep.equal(["COMPLETED", "COMPLETED", "FAILED", "FAILED"]);
  });

  it("is back for the replicated deal after a program that never writes the same twice", async () => {
    const { message, wallet, escrow } = await breakOff(
      `write("result.txt", String(process.hrtime.bigint()));
      computed({ "deterministic-output-path": path.join(out, "result.txt") });`,
      { tasks: "1" },
    );

    expect(message).to.match(/^The workers did not agree: the program must write the same bytes each time/);
    expect(message).to.include("claimed 2 unfinished tasks");
    expect(wallet).to.equal(20n * ONE_RLC - PRICE);
    expect(escrow).to.deep.equal([0n, 0n]);
  });
});
