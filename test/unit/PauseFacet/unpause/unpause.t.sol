// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IPause} from "../../../../contracts/interfaces/IPause.sol";

contract Unpause_Unit_Test is Base {
    address private guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        vm.prank(owner.addr);
        poco.setGuardian(guardian);
    }

    function test_RevertWhen_TheGuardianCalls() external {
        vm.startPrank(guardian);
        poco.pause();

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, guardian, owner.addr));
        poco.unpause();
    }

    function testFuzz_RevertWhen_AStrangerCalls(address caller) external {
        vm.assume(caller != owner.addr && caller != guardian);
        vm.prank(guardian);
        poco.pause();

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.unpause();
    }

    function test_GivenNothingIsPaused() external {
        vm.recordLogs();
        vm.prank(owner.addr);
        poco.unpause();

        // It should say nothing.
        assertEq(vm.getRecordedLogs().length, 0, "events");
        assertFalse(poco.paused(), "paused");
    }

    function test_GivenTheHubIsPaused() external {
        vm.prank(guardian);
        poco.pause();

        // It should emit {Unpaused}.
        vm.expectEmit(address(poco));
        emit IPause.Unpaused(owner.addr);
        vm.prank(owner.addr);
        poco.unpause();
        // It should be open again.
        assertFalse(poco.paused(), "paused");
        _fund(requester.addr, 1);
        assertEq(poco.balanceOf(requester.addr), 1, "deposit");
    }
}
