// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IPause} from "../../../../contracts/interfaces/IPause.sol";

contract SetGuardian_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, address next) external {
        vm.assume(caller != owner.addr);
        vm.prank(owner.addr);
        poco.setGuardian(caller);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.setGuardian(next);
    }

    function testFuzz_WhenTheCallerIsTheOwner(address first, address next) external {
        assertEq(poco.guardian(), address(0), "none at first");
        vm.startPrank(owner.addr);
        poco.setGuardian(first);

        // It should emit {GuardianChanged}.
        vm.expectEmit(address(poco));
        emit IPause.GuardianChanged(first, next);
        poco.setGuardian(next);
        // It should be the guardian.
        assertEq(poco.guardian(), next, "guardian");
    }

    function testFuzz_GivenTheHubIsPaused(address next) external {
        vm.startPrank(owner.addr);
        poco.pause();
        poco.setGuardian(next);

        // It should stay paused.
        assertTrue(poco.paused(), "paused");
    }
}
