import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { ContractFactory, ZeroAddress, type Contract, type InterfaceAbi } from "ethers";
import { network } from "hardhat";

import { DeployError } from "../../deploy/DeployError.js";
import Market from "../../deploy/modules/upgrades/Market.js";
import { operationId, ownerAt, proposalsOf, safeTxHash } from "../../deploy/proposal.js";
import { propose } from "../../deploy/propose.js";
import { faultsOf, readSelectors } from "../../deploy/selfCheck.js";
import { planOf, prepareCut, upgradeHub } from "../../deploy/upgradeHub.js";
import { changedIn } from "../../deploy/upgradePlan.js";
import type { Address } from "@poco-marketplace/sdk/index.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";
import { compilerOf } from "../fixtures/variant.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { freshWorld } = scenes(connection);

/** OpenZeppelin's timelock as its package compiles it. */
const TIMELOCK = createRequire(import.meta.url)("@openzeppelin/contracts/build/contracts/TimelockController.json") as {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
};
const DELAY = 2n * 24n * 3600n;
const options = { strategy: "basic", compiler: compilerOf("0xaaaaaaa1") } as const;

/** A hub that belongs to a timelock, to which only a wallet (in the place of a Safe) proposes. */
async function timelockedWorld() {
  const world = await freshWorld();
  const { accounts, poco } = world;
  const wallet = await ethers.deployContract("OwnedWallet", [accounts.anyone]);
  const factory = new ContractFactory(TIMELOCK.abi, TIMELOCK.bytecode, accounts.owner);
  const timelock = (await factory.deploy(DELAY, [wallet], [ZeroAddress], ZeroAddress)) as Contract;
  await poco.transferOwnership(timelock);
  const acceptance = {
    step: "acceptOwnership",
    to: (await poco.getAddress()) as Address,
    data: poco.interface.encodeFunctionData("acceptOwnership"),
  };
  const owner = await ownerAt(connection, (await timelock.getAddress()) as Address);
  const { proposals } = await proposalsOf(connection, owner, acceptance);
  await wallet.connect(accounts.anyone).getFunction("execute")(proposals[0]!.to, proposals[0]!.data);
  await networkHelpers.time.increase(DELAY);
  await accounts.requester.sendTransaction(proposals[1]!);
  return { ...world, wallet, timelock, owner };
}

describe("An upgrade of a hub that belongs to a timelock", () => {
  it("is proposed, scheduled, waited for, executed, and found by the self-check", async () => {
    const { poco, manifest, accounts, wallet, timelock, owner } = await networkHelpers.loadFixture(timelockedWorld);
    expect(await poco.owner()).to.equal(await timelock.getAddress());
    expect((await rejection(upgradeHub(connection, manifest, Market, options), DeployError)).message).to.include(
      `The hub belongs to ${owner.address}`,
    );

    const plan = await planOf(connection, manifest, Market, options);
    const { call, facets } = await prepareCut(connection, manifest, Market, plan, options);
    const before = await proposalsOf(connection, owner, call);
    const [schedule, execute] = before.proposals;
    expect(before.operation).to.include({ state: "not scheduled", delay: DELAY });
    await expect(accounts.anyone.sendTransaction(schedule!)).to.be.revertedWithCustomError(
      timelock,
      "AccessControlUnauthorizedAccount",
    );
    await wallet.connect(accounts.anyone).getFunction("execute")(schedule!.to, schedule!.data);
    expect((await proposalsOf(connection, owner, call)).operation).to.include({
      id: before.operation!.id,
      state: "waiting",
    });
    await expect(accounts.requester.sendTransaction(execute!)).to.be.revertedWithCustomError(
      timelock,
      "TimelockUnexpectedOperationState",
    );
    await networkHelpers.time.increase(DELAY);
    expect((await proposalsOf(connection, owner, call)).operation).to.include({ state: "ready" });
    await accounts.requester.sendTransaction(execute!);

    const upgraded = { ...manifest, facets: { ...manifest.facets, ...facets } };
    expect(faultsOf(await readSelectors(connection, upgraded, { compiler: options.compiler }))).to.deep.equal([]);
    expect(changedIn(await planOf(connection, upgraded, Market, options))).to.deep.equal([]);
    const again = await proposalsOf(connection, owner, call);
    expect(again.operation).to.include({ state: "not scheduled", salt: ethers.toBeHex(1, 32) });
  });

  it("has the id that the timelock itself computes", async () => {
    const { manifest, timelock } = await networkHelpers.loadFixture(timelockedWorld);
    const salt = `0x${"00".repeat(31)}05` as const;

    expect(operationId(manifest.poco, "0x1234", salt)).to.equal(
      await timelock.getFunction("hashOperation")(manifest.poco, 0, "0x1234", ethers.ZeroHash, salt),
    );
  });

  it("is written to two files that Safe's Transaction Builder imports, and said", async () => {
    const { manifest, timelock, owner } = await networkHelpers.loadFixture(timelockedWorld);
    const directory = await mkdtemp(join(tmpdir(), "poco-proposal-"));
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    try {
      const call = { step: "diamondCut", to: manifest.poco, data: "0x1234" } as const;
      await propose(connection, manifest, owner, call, { directory, description: "a test", log });
      const files = await readdir(`${directory}/proposals`);
      const contents = await Promise.all(
        files.map(async (file) => JSON.parse(await readFile(`${directory}/proposals/${file}`, "utf8")) as object),
      );
      const { proposals, operation } = await proposalsOf(connection, owner, call);

      expect(files).to.deep.equal([
        `${manifest.network}-diamondCut-1-schedule.json`,
        `${manifest.network}-diamondCut-2-execute.json`,
      ]);
      for (const [index, content] of contents.entries()) {
        expect(content).to.deep.include({
          version: "1.0",
          chainId: `${manifest.chainId}`,
          transactions: [
            {
              to: timelock.target,
              value: "0",
              data: proposals[index]!.data,
              contractMethod: null,
              contractInputsValues: null,
            },
          ],
        });
      }
      expect(lines.slice(0, 5)).to.deep.equal([
        `The owner ${owner.address} is a timelock with a delay of ${DELAY} s. It is to call diamondCut:`,
        `  target ${manifest.poco}`,
        "  calldata 0x1234",
        `  hash of the calldata ${ethers.keccak256("0x1234")}`,
        `  operation ${operation!.id} of the timelock: not scheduled`,
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe("A proposal", () => {
  it("is no way round an owner with one key, nor for what is not a Safe", async () => {
    const { manifest, accounts, owner } = await networkHelpers.loadFixture(timelockedWorld);
    const call = { step: "diamondCut", to: manifest.poco, data: "0x" } as const;
    const account = await ownerAt(connection, accounts.anyone.address as Address);
    const other = { directory: "nowhere", description: "", safe: manifest.poco, log: () => {} };

    expect((await rejection(proposalsOf(connection, account, call), DeployError)).message).to.equal(
      `${accounts.anyone.address} is an account with one key: send as it, without --propose.`,
    );
    expect((await rejection(propose(connection, manifest, owner, call, other), DeployError)).message).to.equal(
      `--safe is ${manifest.poco}, which is not a Safe but a contract of unknown kind.`,
    );
  });

  it("to another contract is the call itself", async () => {
    const { manifest, wallet } = await networkHelpers.loadFixture(timelockedWorld);
    const owner = await ownerAt(connection, (await wallet.getAddress()) as Address);

    expect(owner.kind).to.equal("contract");
    expect(
      await proposalsOf(connection, owner, { step: "diamondCut", to: manifest.poco, data: "0x1234" }),
    ).to.deep.equal({
      proposals: [{ title: "diamondCut", to: manifest.poco, data: "0x1234" }],
    });
  });

  it("has the hash that a Safe 1.4.1 computes", () => {
    // From getTransactionHash of Safe.sol in @safe-global/safe-contracts 1.4.1, behind a proxy of its factory.
    const safe = "0x383e9d76B23d0F537E1bd0CE44dD5022910e8eA7";
    const proposal = { to: "0xe649e6a1F2afc63ca268C2363691ceCAF75CF47C", data: "0x1f931c1c00" } as const;

    expect(safeTxHash(safe, 31_337, proposal, 0n)).to.equal(
      "0x2990caf7599c0f300f791b376696f9c8d1b4019dbf4b73f34e872e5d8989567e",
    );
    expect(safeTxHash(safe, 31_337, proposal, 7n)).to.equal(
      "0xd3ae0c7193c99b9baf1f238f0f05019730d972f9c986021191addd358cef8d5e",
    );
  });
});
