import { expect } from "chai";
import { network } from "hardhat";

import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { findGasLimit } from "@poco-marketplace/sdk/chain/gasLimit.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const { ethers } = connection;
const { provider } = ethers;
const CONTRACT = ethers.getAddress(`0x${"c0".repeat(20)}`);

/** A contract of this code, in hex, as a call of it is metered. */
async function callOf(code: string) {
  await connection.provider.request({ method: "hardhat_setCode", params: [CONTRACT, `0x${code}`] });
  const [signer] = await ethers.getSigners();
  return { from: signer!.address, to: CONTRACT, data: "0x" };
}

/** GAS, PUSH4 needed, GT, PUSH1 11, JUMPI, STOP, JUMPDEST, INVALID: fails with less gas than that. */
function needing(gas: number): string {
  return `5a63${gas.toString(16).padStart(8, "0")}11600b57005bfe`;
}

describe("The gas limit for a call", () => {
  it("is the usual one, where that will do", async () => {
    expect(await findGasLimit(provider, await callOf(needing(50_000)), 100_000n)).to.equal(100_000n);
  });

  it("is the first of twice as much, and so on, that will do", async () => {
    expect(await findGasLimit(provider, await callOf(needing(500_000)), 100_000n)).to.equal(800_000n);
  });

  it("is no more than a transaction may have", async () => {
    expect(await findGasLimit(provider, await callOf(needing(16_700_000)), 500_000n)).to.equal(2n ** 24n);
  });

  it("is found where a call within uses up what it is given, which the node gives no estimate for", async () => {
    // JUMPDEST, PUSH0, JUMP: loops.
    const params = [ethers.getAddress(`0x${"ca".padStart(40, "0")}`), "0x5b5f56"];
    await connection.provider.request({ method: "hardhat_setCode", params });
    // Calls that with 200,000 gas, and goes on whatever becomes of it.
    const call = await callOf("5f5f5f5f5f60ca62030d40f15000");
    await rejection(provider.estimateGas(call), Error);
    expect(await findGasLimit(provider, call, 100_000n)).to.equal(100_000n);
  });

  it("is none for a call that is refused with any gas, and the reason is that of having enough", async () => {
    await rejection(findGasLimit(provider, await callOf(needing(17_000_000))), Error);
    // Reverts with this error: PUSH4, PUSH1 e0, SHL, PUSH0, MSTORE, CALLER, PUSH1 4, MSTORE, PUSH1 24, PUSH0, REVERT.
    const unauthorized = ethers.id("OwnableUnauthorizedAccount(address)").slice(2, 10);
    const reverting = await callOf(`63${unauthorized}60e01b5f523360045260245ffd`);
    expect((await rejection(findGasLimit(provider, reverting, 22_000n), PocoRevertError)).reason).to.equal(
      "OwnableUnauthorizedAccount",
    );
  });
});
