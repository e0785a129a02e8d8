import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { olderBrokerNotice } from "@poco-marketplace/cli/network/attestation/olderBroker.js";
import { attestedScenes } from "../attestation/onchain/attested.js";
import { DAY } from "../attestation/vectors.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { attestedDeal } = attestedScenes(connection);
/** Whether a call has this selector is looked for in code as what a dispatcher pushes to compare with it. */
const PUSH4 = "63";

describe("A hub's TEE broker from before brokers refused what its host can export", () => {
  it("is told of at the start of a network, with what to do, and a newer one is not", async () => {
    const { poco, broker, cast } = await attestedDeal();
    const hub = await poco.getAddress();
    const provider = connection.ethers.provider;
    expect(await olderBrokerNotice(hub, provider)).to.equal(undefined);

    // The same code without that function, as brokers of before have it.
    const { selector } = broker.interface.getFunction("isSeptVeDisableRequired");
    const code = await provider.getCode(broker);
    const without = code.replace(`${PUSH4}${selector.slice(2)}`, `${PUSH4}ffffffff`);
    expect(without).not.to.equal(code);
    await connection.networkHelpers.setCode(await broker.getAddress(), without);
    expect(await olderBrokerNotice(hub, provider))
      .to.contain(await broker.getAddress())
      .and.to.contain("setTeeBroker")
      .and.to.contain("--fresh");

    await poco.connect(cast.owner).setTeeBroker(ZeroAddress);
    expect(await olderBrokerNotice(hub, provider)).to.equal(undefined);
    await poco.connect(cast.owner).setTeeBroker(cast.broker);
    expect(await olderBrokerNotice(hub, provider)).to.equal(undefined);
  });
});
