import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { hooks, network } from "hardhat";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DeployError } from "../../deploy/DeployError.js";
import { saveManifest } from "../../deploy/manifests.js";
import { approveOwnRuntime, readRuntimes, runtimeCall } from "../../deploy/runtimes.js";
import runtimes, { type RuntimesArguments } from "../../deploy/tasks/runtimes.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import type { Hex } from "@poco-marketplace/sdk/index.js";
import { TeeBroker__factory } from "../../typechain-types/index.js";
import { PERIOD } from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";

const RUNTIME: Hex = `0x${"0e".repeat(32)}`;
const connection = await network.create();
const { certificate } = (await createAuthority(PERIOD)).root;
const { freshWorld } = scenes(connection, { parameters: { rootOfTrust: { simulated: certificate } } });

/** A hub whose TEE broker keeps a list of runtimes, and the broker as its owner has it. */
async function world() {
  const { manifest, accounts, poco } = await freshWorld();
  const broker = TeeBroker__factory.connect(manifest.attestation!.teeBroker, accounts.owner);
  return { manifest, accounts, poco, broker };
}

describe("The list of approved runtimes, for the owner of a TEE broker", () => {
  it("is read with its owner, and changed by a call to the broker", async () => {
    const { manifest, accounts, broker } = await world();
    const empty = await readRuntimes(connection, manifest);
    expect(empty).to.deep.equal({ broker: broker.target, owner: accounts.owner.address, approved: [] });

    await accounts.owner.sendTransaction(runtimeCall(empty, "approve", RUNTIME)!);
    const list = await readRuntimes(connection, manifest);
    expect(list.approved).to.deep.equal([RUNTIME]);
    expect(runtimeCall(list, "approve", RUNTIME.toUpperCase().replace("0X", "0x"))).to.equal(undefined);
    await accounts.owner.sendTransaction(runtimeCall(list, "withdraw", RUNTIME)!);

    expect((await readRuntimes(connection, manifest)).approved).to.deep.equal([]);
  });

  it("takes ids only, and withdraws only what is approved", async () => {
    const { manifest } = await world();
    const list = await readRuntimes(connection, manifest);

    for (const wrong of ["", "0x12", "runtime", `${RUNTIME}00`]) {
      expect(() => runtimeCall(list, "approve", wrong)).to.throw(DeployError, `"${wrong}" is not the id of a runtime`);
    }
    expect(() => runtimeCall(list, "withdraw", RUNTIME)).to.throw(DeployError, "is not approved by");
  });

  it("needs a TEE broker that keeps one", async () => {
    const { manifest, poco, accounts } = await world();

    await poco.setTeeBroker(accounts.broker);
    const { message } = await rejection(readRuntimes(connection, manifest), DeployError);
    expect(message).to.contain(accounts.broker.address).and.to.contain("keeps no list of runtimes");
    await poco.setTeeBroker(ZeroAddress);
    expect((await rejection(readRuntimes(connection, manifest), DeployError)).message).to.contain("has no TEE broker");
  });

  it("gets the runtime of this code where a development chain starts, if its first account keeps the list", async () => {
    const { manifest, poco, accounts, broker } = await world();
    const { id } = simulatedRuntime();

    await approveOwnRuntime(connection, manifest);
    await approveOwnRuntime(connection, manifest);
    expect(await broker.approvedRuntimes()).to.deep.equal([id]);

    await broker.withdrawRuntime(id);
    await broker.transferOwnership(accounts.anyone);
    await approveOwnRuntime(connection, manifest);
    expect(await broker.approvedRuntimes()).to.deep.equal([]);
    await poco.setTeeBroker(accounts.broker);
    await approveOwnRuntime(connection, manifest);
  });
});

describe("npm run runtimes", () => {
  let directory: string;
  let lines: string[];
  const { log, error } = console;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "poco-runtimes-"));
    lines = [];
    console.log = console.error = (line: string) => void lines.push(line);
  });
  afterEach(async () => {
    Object.assign(console, { log, error });
    process.exitCode = 0;
    await rm(directory, { recursive: true });
  });

  /** Runs the task on the chain of this test. Returns what it printed. */
  async function run(changes: Partial<RuntimesArguments>, globalOptions: { network?: string } = { network: "here" }) {
    const usual = { action: "list", runtime: "", directory, yes: true, propose: false, safe: "" };
    const here = { globalOptions, hooks, network: { create: async () => connection } };
    lines = [];
    await runtimes({ ...usual, ...changes }, here as unknown as HardhatRuntimeEnvironment);
    return lines.join("\n");
  }

  it("lists, approves and withdraws, and sends nothing that is done", async () => {
    const { manifest, broker } = await world();
    await saveManifest(directory, manifest);

    expect(await run({ action: "approve", runtime: RUNTIME })).to.contain("TeeBroker.approveRuntime is done");
    expect(await broker.approvedRuntimes()).to.deep.equal([RUNTIME]);
    expect(await run({}))
      .to.contain("approves 1 runtime for container images")
      .and.to.contain(RUNTIME);
    expect(await run({ action: "approve", runtime: RUNTIME })).to.contain("Nothing is to be sent");
    expect(await run({ action: "withdraw", runtime: RUNTIME })).to.contain("TeeBroker.withdrawRuntime is done");
    expect(await run({})).to.contain("approves 0 runtimes");
    expect(process.exitCode).not.to.equal(1);
  });

  it("sends as the broker's owner only, whom it names, and writes a proposal for a contract", async () => {
    const { manifest, broker, accounts } = await world();
    await saveManifest(directory, manifest);
    await broker.transferOwnership(accounts.anyone);

    const refused = await run({ action: "approve", runtime: RUNTIME });
    expect(refused).to.contain(`belongs to ${accounts.anyone.address}`).and.to.contain("--propose");
    expect(process.exitCode).to.equal(1);
    expect(await broker.approvedRuntimes()).to.deep.equal([]);

    const wallet = await connection.ethers.deployContract("OwnedWallet", [accounts.anyone]);
    await broker.connect(accounts.anyone).transferOwnership(wallet);
    const written = await run({ action: "approve", runtime: RUNTIME, propose: true });
    const file = /Written: (\S+),/.exec(written)![1]!;
    const { transactions } = JSON.parse(await readFile(file, "utf8")) as {
      transactions: { to: string; data: string }[];
    };
    await wallet.connect(accounts.anyone).getFunction("execute")(transactions[0]!.to, transactions[0]!.data);
    expect(await broker.approvedRuntimes()).to.deep.equal([RUNTIME]);
  });

  it("asks before it sends, and says what is missing", async () => {
    const { manifest, broker } = await world();
    await saveManifest(directory, manifest);

    expect(await run({ action: "approve", runtime: RUNTIME, yes: false })).to.contain("Nothing was sent");
    expect(await broker.approvedRuntimes()).to.deep.equal([]);
    expect(await run({ action: "add" })).to.contain("give list, approve ID or withdraw ID");
    expect(await run({}, {})).to.contain("npm run runtimes -- --network localhost");
  });
});
