// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {IRlc} from "../../../../contracts/interfaces/IRlc.sol";

contract RlcConstructor_Unit_Test is Test {
    function test_ShouldLookLikeRLC() external {
        IRlc rlc = IRlc(deployCode("Rlc.sol:Rlc"));

        assertEq(rlc.name(), "iExec Network Token", "name");
        assertEq(rlc.symbol(), "RLC", "symbol");
        assertEq(rlc.decimals(), 9, "decimals");
        assertEq(rlc.totalSupply(), 0, "supply");
    }
}
