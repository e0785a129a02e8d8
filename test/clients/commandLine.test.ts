import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect } from "chai";
import { Wallet } from "ethers";

import { clientOf, theNetwork, type RunningNetwork } from "./network.js";

const CLI = fileURLToPath(new URL("../../node_modules/.bin/iexec", import.meta.url));
const run = promisify(execFile);

describe("The official command, in a project with the network's chain.json,", () => {
  const project = mkdtempSync(join(tmpdir(), "iexec-project-"));
  const { privateKey, address } = Wallet.createRandom();
  let network: RunningNetwork;

  before(async () => {
    network = await theNetwork();
    const { stdout } = await run(CLI, ["init", "--skip-wallet", "--force", "--raw"], { cwd: project });
    expect(JSON.parse(stdout), stdout).to.include({ ok: true });
    copyFileSync(join(dirname(network.file), "chain.json"), join(project, "chain.json"));
    expect(await iexec("wallet", "import", privateKey, "--unencrypted")).to.include({ ok: true });
  });
  after(() => rmSync(project, { recursive: true }));

  /** What it answers to a command. */
  async function iexec(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const mine = args[0] === "info" || args[0] === "orderbook" ? [] : ["--keystoredir", "local"];
    const { stdout } = await run(CLI, [...args, ...mine, "--raw", "--quiet"], { cwd: project });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it("finds the hub, and what belongs to it", async () => {
    const { host, hubAddress, rlcAddress } = await iexec("info");
    expect({ host, hubAddress, rlcAddress }).to.deep.equal({
      host: network.rpc,
      hubAddress: network.hub,
      rlcAddress: network.rlc,
    });
  });

  it("deposits, reads the order book, and keeps a secret", async () => {
    const owner = clientOf(network, "protocol owner");
    await owner.wallet.sendETH((10n ** 17n) as never, address);
    await owner.wallet.sendRLC(7, address);

    expect(await iexec("account", "deposit", "5")).to.include({ ok: true, amount: "5" });
    expect(await iexec("account", "show")).to.deep.include({ balance: { stake: "5", locked: "0" } });
    const { workerpoolOrders } = await iexec("orderbook", "workerpool", network.workerpool!, "--category", "5");
    expect(workerpoolOrders).to.be.an("array").with.length.greaterThan(0);
    expect(await iexec("requester", "push-secret", "word", "--secret-value", "x")).to.include({ isPushed: true });
    expect(await iexec("requester", "check-secret", "word")).to.include({ isSet: true });
  });
});
