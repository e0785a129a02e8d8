import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { FunctionFragment, ZeroAddress } from "ethers";

import { IBoostMatching__factory, IMatching__factory, IOrderBook__factory } from "../../../typechain-types/index.js";

const REPLACE = 1;

/**
 * An upgrade as an example to follow: puts the market of this source tree in the place of the one that the hub has. It serves
 * the same functions, so it replaces them; functions that come new are added (action 0), and those that go are removed
 * (action 2, facet zero), all in the same cut.
 */
export default buildModule("UpgradeMarket", (m) => {
  const market = m.contract("MarketBundle");
  const poco = m.contractAt("Diamond", m.getParameter<string>("poco"));

  const functionSelectors = [IBoostMatching__factory, IMatching__factory, IOrderBook__factory]
    .flatMap((factory) => [...factory.createInterface().fragments])
    .filter((one) => FunctionFragment.isFragment(one))
    .map(({ selector }) => selector);
  const cut = { facetAddress: market, action: REPLACE, functionSelectors };
  m.call(poco, "diamondCut", [[cut], ZeroAddress, "0x"]);

  return { market };
});
