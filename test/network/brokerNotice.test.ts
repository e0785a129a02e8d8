import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { brokerNotice } from "@poco-marketplace/cli/network/attestation/brokerNotice.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { attestedScenes } from "../attestation/onchain/attested.js";
import { DAY } from "../attestation/vectors.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { attestedDeal } = attestedScenes(connection);
const { provider } = connection.ethers;
/** Whether a call has this selector is looked for in code as what a dispatcher pushes to compare with it. */
const PUSH4 = "63";

/** A hub, its TEE broker, and a function that takes a function out of the broker's code, as older ones lack it. */
async function hubWithBroker() {
  const { poco, broker, accounts } = await attestedDeal();
  async function remove(name: "isSeptVeDisableRequired" | "approvedRuntimes"): Promise<void> {
    const { selector } = broker.interface.getFunction(name);
    const code = await provider.getCode(broker);
    const without = code.replace(`${PUSH4}${selector.slice(2)}`, `${PUSH4}ffffffff`);
    expect(without).not.to.equal(code);
    await connection.networkHelpers.setCode(await broker.getAddress(), without);
  }
  return { poco: poco.connect(accounts.owner), hub: await poco.getAddress(), broker, accounts, remove };
}

describe("The notice about a hub's TEE broker, at the start of a network", () => {
  it("tells of one from before brokers refused what its host can export, and of no newer or other one", async () => {
    const { poco, hub, broker, accounts, remove } = await hubWithBroker();
    await broker.approveRuntime(simulatedRuntime().id);
    expect(await brokerNotice(hub, provider)).to.equal(undefined);

    await remove("isSeptVeDisableRequired");
    expect(await brokerNotice(hub, provider))
      .to.contain(await broker.getAddress())
      .and.to.contain("can export")
      .and.to.contain("setTeeBroker")
      .and.to.contain("--fresh");

    await poco.setTeeBroker(ZeroAddress);
    expect(await brokerNotice(hub, provider)).to.equal(undefined);
    await poco.setTeeBroker(accounts.broker);
    expect(await brokerNotice(hub, provider)).to.equal(undefined);
  });

  it("tells of one that does not approve this code's runtime, and of one that keeps no list", async () => {
    const { hub, remove } = await hubWithBroker();
    const { id } = simulatedRuntime();

    expect(await brokerNotice(hub, provider))
      .to.contain(`does not approve runtime ${id}`)
      .and.to.contain(`npm run runtimes -- approve ${id}`);
    await remove("approvedRuntimes");
    expect(await brokerNotice(hub, provider))
      .to.contain("from before brokers accepted container images")
      .and.to.contain("setTeeBroker");
  });
});
