import { spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect } from "chai";
import { HDNodeWallet, Mnemonic } from "ethers";

import { MNEMONIC } from "@poco-marketplace/cli/network/chain/accounts.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/index.js";
import { openBuyer } from "../bench/network/buyer.js";
import { descendantsOf } from "../bench/network/processes.js";
import { theNetwork, type RunningNetwork } from "./network.js";
import { startNetworkWith } from "./startNetwork.js";

/** Accounts of the chain that nobody else here uses: they have coins, and no RLC. */
const [POOL_KEY, WORKER_KEY] = [40, 41].map((index) => {
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(MNEMONIC), "m/44'/60'/0'/0");
  return parent.deriveChild(index).privateKey as Hex;
}) as [Hex, Hex];

describe("A network that joins a chain", () => {
  let first: RunningNetwork;
  let joined: RunningNetwork;
  let stopped: (() => Promise<number | null>) | undefined;

  before(async () => {
    first = await theNetwork();
    joined = await startNetworkWith(
      { POCO_KEY: POOL_KEY, POCO_WORKER_KEYS: WORKER_KEY },
      `--rpc=${first.rpc}`,
      "--sandbox=none",
      `--deployment=${join(dirname(first.file), "deployment.json")}`,
      `--platform=${join(dirname(first.file), "attestation", "platform.json")}`,
      `--iapps=mine=${first.hub}`,
    );
    stopped = () => joined.stop();
  });

  after(async () => {
    await stopped?.();
  });

  it("starts services and a pool of its own there, and neither chain nor registry", () => {
    const services = ["market", "store", "sms", "indexer", "scheduler", "worker 1"];
    expect(joined.processes).to.have.all.keys(services);
    expect([joined.rpc, joined.hub, joined.chainId]).to.deep.equal([first.rpc, first.hub, first.chainId]);
    expect(joined.market).to.not.equal(first.market);
    expect(joined.registry).to.equal(undefined);
    expect(joined.workerpool).to.be.a("string").that.does.not.equal(first.workerpool);
  });

  it("knows apps by the names that it was told", async () => {
    const answer = await fetch(`${joined.compass}/${joined.chainId}/iapps/mine`);

    expect(await answer.json()).to.deep.equal({ address: first.hub });
  });

  it("does a task of its market in an enclave, for a result that only its requester reads", async () => {
    const buyer = await openBuyer({ ...joined, accounts: first.accounts });
    try {
      const { tasks } = await buyer.buy(1n);
      await buyer.open(await buyer.result(tasks[0]!));
    } finally {
      buyer.close();
    }
  });

  it("writes no key of its operator anywhere", async () => {
    expect(joined.accounts).to.deep.equal([]);
    const names = ["network.json", "deployment.json", ...Object.keys(joined.processes).map(logOf)];
    for (const name of names) {
      const file = join(dirname(joined.file), name);
      expect((await stat(file)).isFile()).to.equal(true);
      const text = await readFile(file, "utf8");
      for (const key of [POOL_KEY, WORKER_KEY]) expect(text, name).to.not.contain(key.slice(2));
    }
  });

  it("stops all that it started when it is interrupted, enclaves too, and nothing of the network beside it", async () => {
    const own = await descendantsOf(joined.pid);
    // A service that another test has killed has another process now.
    const beside = [first.pid, ...Object.values(first.processes)].filter(isAlive);
    expect(beside).to.include(first.pid);
    expect(own).to.include.members(Object.values(joined.processes));
    stopped = undefined;
    expect(await joined.stop()).to.equal(0);
    expect([joined.pid, ...own].filter(isAlive)).to.deep.equal([]);
    expect(beside.filter(isAlive)).to.deep.equal(beside);
  });
});

/** Whether a process runs: one that has ended, but was not yet asked how, does not. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" });
  return /^[^Z\s]/.test(stdout.trim());
}

function logOf(title: string): string {
  return join("logs", `${title.replace(" ", "-")}.log`);
}
