// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Rlc} from "../../../../contracts/token/Rlc.sol";

contract RlcConstructor_Unit_Test is Test {
    function test_ShouldLookLikeRLC() external {
        Rlc rlc = Rlc(deployCode("Rlc.sol:Rlc"));

        assertEq(rlc.name(), "iExec Network Token", "name");
        assertEq(rlc.symbol(), "RLC", "symbol");
        assertEq(rlc.decimals(), 9, "decimals");
        assertEq(rlc.totalSupply(), 0, "supply");
    }
}
