import { id, ZeroAddress } from "ethers";

import { added, changed, type Scenario } from "../scenario.js";
import { listener } from "./progress.js";

/** An EIP-2535 cut that replaces a facet by another. */
const REPLACE = 1;

/** The owner's calls. */
export const ADMINISTRATION: readonly Scenario[] = [
  {
    name: "createCategory",
    setting: "a name and a description of less than 32 bytes each",
    needs: { writes: [...["name", "description", "clock"].map((fact) => added(`the ${fact}`)), changed("the count")] },
    play: ({ market: { call, hub } }) => call(hub.createCategory("XXL", "Up to 2 days", 17_280n)),
  },
  {
    name: "setTeeBroker",
    setting: "a TEE broker is set",
    needs: { writes: [changed("the broker")] },
    play: ({ market: { call, hub, accounts } }) => call(hub.setTeeBroker(accounts.stranger)),
  },
  {
    name: "setCallbackGas",
    setting: "it was 200,000",
    needs: { writes: [changed("the gas")] },
    play: ({ market: { call, hub } }) => call(hub.setCallbackGas(300_000n)),
  },
  {
    name: "changeRegistries",
    setting: "the registries of apps and datasets are exchanged",
    needs: { writes: ["first", "second"].map((slot) => changed(`the ${slot} slot of three addresses`)) },
    play: ({ market: { call, hub, system } }) =>
      call(hub.changeRegistries(system.datasets, system.apps, system.workerpools)),
  },
  {
    name: "updateDomainSeparator",
    setting: "nothing to update",
    needs: {},
    play: ({ market: { call, hub } }) => call(hub.updateDomainSeparator()),
  },
  {
    name: "diamondCut, one function replaced",
    setting: "a new facet with code serves viewScore",
    needs: { writes: [changed("the function's facet")] },
    play: async ({ market }) => {
      const facetAddress = await listener(market);
      const functionSelectors = [id("viewScore(address)").slice(0, 10)];
      return market.call(
        market.hub.diamondCut([{ facetAddress, action: REPLACE, functionSelectors }], ZeroAddress, "0x"),
      );
    },
  },
  {
    name: "transferOwnership of the hub",
    setting: "all calls that it takes until the new owner is the owner",
    needs: { writes: [changed("the owner")] },
    play: async ({ market: { call, hub, accounts } }) => {
      const given = await call(hub.transferOwnership(accounts.stranger));
      if ((await hub.owner()) === accounts.stranger.address) return given;
      const accepted = await call(hub.connect(accounts.stranger).acceptOwnership());
      return { ...given, gas: given.gas + accepted.gas };
    },
  },
];
