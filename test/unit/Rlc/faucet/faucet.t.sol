// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {IRlc} from "../../../../contracts/interfaces/IRlc.sol";

contract Faucet_Unit_Test is Test {
    uint256 internal constant LIMIT = 1_000e9;

    IRlc internal rlc = IRlc(deployCode("Rlc.sol:Rlc"));
    address internal alice = makeAddr("alice");

    function testFuzz_RevertWhen_TheAmountIsAboveTheLimit(uint256 amount) external {
        amount = bound(amount, LIMIT + 1, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(IRlc.FaucetLimitExceeded.selector, amount, LIMIT));
        rlc.faucet(amount);
    }

    function testFuzz_WhenTheAmountIsWithinTheLimit(uint256 amount) external {
        amount = bound(amount, 0, LIMIT);
        assertEq(rlc.faucetLimit(), LIMIT, "limit");

        vm.startPrank(alice);
        rlc.faucet(amount);
        rlc.faucet(amount);

        // It should give the caller that much.
        assertEq(rlc.balanceOf(alice), 2 * amount, "balance");
        assertEq(rlc.totalSupply(), 2 * amount, "supply");
    }
}
