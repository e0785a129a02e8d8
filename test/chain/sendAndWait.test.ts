import { expect } from "chai";
import { network } from "hardhat";
import { createPublicClient, custom } from "viem";

import {
  EventMissingError,
  PocoRevertError,
  decodeRevert,
  findEvent,
  findEvents,
  orRevertReason,
  sendAndWait,
  type Address,
} from "@poco-marketplace/sdk/index.js";
import { pocoAbi } from "@poco-marketplace/sdk/abi/index.js";
import { rejection } from "../fixtures/rejection.js";
import { FUNDS, scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { networkHelpers, provider } = connection;
const { fundedWorld } = scenes(connection);

describe("Sending a call that is refused", () => {
  it("says why before it is in a block", async () => {
    const { poco, accounts } = await networkHelpers.loadFixture(fundedWorld);

    const error = await rejection(sendAndWait(poco.connect(accounts.requester).withdraw(FUNDS + 1n)), PocoRevertError);

    if (!error.is("ERC20InsufficientBalance")) throw error;
    expect(error.args).to.deep.equal({ sender: accounts.requester.address, balance: FUNDS, needed: FUNDS + 1n });
    expect(error.message).to.include("1000.000000001 RLC");
  });

  it("says why when it failed in its block", async () => {
    const { poco, accounts } = await networkHelpers.loadFixture(fundedWorld);
    await provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const pending = poco.connect(accounts.requester).withdraw(FUNDS + 1n, { gasLimit: 300_000 });
      const refused = rejection(sendAndWait(pending), PocoRevertError);
      await pending;
      await networkHelpers.mine();
      expect((await refused).reason).to.equal("ERC20InsufficientBalance");
    } finally {
      await provider.request({ method: "evm_setAutomine", params: [true] });
    }
  });

  it("says why a question has no answer", async () => {
    const { poco } = await networkHelpers.loadFixture(fundedWorld);
    const error = await rejection(orRevertReason(poco.viewCategory(99n)), PocoRevertError);
    if (!error.is("UnknownCategory")) throw error;
    expect(error.args.id).to.equal(99n);
  });

  it("is the same in viem", async () => {
    const { poco } = await networkHelpers.loadFixture(fundedWorld);
    const client = createPublicClient({ transport: custom(provider) });
    const address = (await poco.getAddress()) as Address;

    const call = client.readContract({ address, abi: pocoAbi, functionName: "viewCategory", args: [99n] });
    const error = decodeRevert(await rejection(call, Error));

    expect(error!.reason).to.equal("UnknownCategory");
  });

  it("leaves other failures as they are", async () => {
    const failure = new Error("connect ECONNREFUSED");
    expect(await rejection(sendAndWait(Promise.reject(failure)), Error)).to.equal(failure);
  });
});

describe("Events of a transaction", () => {
  it("are found by name, those of the contract that was asked about", async () => {
    const { poco, rlc, accounts } = await networkHelpers.loadFixture(fundedWorld);
    await rlc.connect(accounts.requester).faucet(5n);
    const receipt = await sendAndWait(rlc.connect(accounts.requester).approveAndCall(poco, 5n, "0x"));

    const { from, to, value } = await findEvent(receipt, { contract: poco, event: "Transfer" });
    expect([BigInt(from), to, value]).to.deep.equal([0n, accounts.requester.address, 5n]);

    const moves = await findEvents(receipt, { contract: rlc, event: "Transfer" });
    expect(moves.map((move) => move.to)).to.deep.equal([await poco.getAddress()]);
  });

  it("may be missing", async () => {
    const { poco, accounts } = await networkHelpers.loadFixture(fundedWorld);
    const receipt = await sendAndWait(poco.connect(accounts.requester).withdraw(5n));

    expect(await findEvents(receipt, { contract: poco, event: "TaskClaimed" })).to.deep.equal([]);
    const error = await rejection(findEvent(receipt, { contract: poco, event: "TaskClaimed" }), EventMissingError);
    expect(error.message).to.include(receipt.hash);
  });
});
