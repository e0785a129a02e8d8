import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { FunctionFragment, ZeroAddress } from "ethers";

import { IMatching__factory } from "../../../typechain-types/index.js";

const REPLACE = 1;

/**
 * An upgrade as an example to follow: puts the matching facet of this source tree in the place of the one that the hub has.
 * It serves the same functions, so it replaces them; functions that come new are added (action 0), and those that go are removed
 * (action 2, facet zero), all in the same cut.
 */
export default buildModule("UpgradeMatching", (m) => {
  const matching = m.contract("MatchingFacet");
  const poco = m.contractAt("Poco", m.getParameter<string>("poco"));

  const functions = IMatching__factory.createInterface().fragments.filter((one) => FunctionFragment.isFragment(one));
  const cut = { facetAddress: matching, action: REPLACE, functionSelectors: functions.map(({ selector }) => selector) };
  m.call(poco, "diamondCut", [[cut], ZeroAddress, "0x"]);

  return { matching };
});
