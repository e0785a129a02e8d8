// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEscrow} from "../../contracts/interfaces/IEscrow.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (c). On the deployed peer anyone may call `receiveApproval` and deposit what a victim approved, against its will.
contract OnlyTheTokenDepositsForOthers_Test is Work {
    function testFuzz_NobodyDepositsWhatAVictimApproved(address caller, uint256 amount) external {
        vm.assume(caller != address(rlc));
        amount = bound(amount, 1, FUNDS);
        address victim = makeAddr("victim");
        deal(address(rlc), victim, amount);
        vm.prank(victim);
        rlc.approve(address(poco), amount);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.CallerIsNotTheToken.selector, caller, address(rlc)));
        vm.prank(caller);
        poco.receiveApproval(victim, amount, address(rlc), "");
        assertEq(rlc.balanceOf(victim), amount, "victim");

        // The same call by the token, which the victim asked, deposits.
        vm.prank(address(rlc));
        poco.receiveApproval(victim, amount, address(rlc), "");
        assertEq(poco.balanceOf(victim), amount, "deposit");
    }
}
