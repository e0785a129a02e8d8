// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IPause} from "../../../../contracts/interfaces/IPause.sol";

contract Pause_Unit_Test is Base {
    address private guardian = makeAddr("guardian");

    function setUp() public override {
        super.setUp();
        vm.prank(owner.addr);
        poco.setGuardian(guardian);
    }

    function testFuzz_RevertWhen_TheCallerIsNeitherTheGuardianNorTheOwner(address caller) external {
        vm.assume(caller != guardian && caller != owner.addr);
        _expectRefusal(caller, guardian);
    }

    function test_RevertGiven_TheCallerWasTheGuardianBefore() external {
        vm.prank(owner.addr);
        poco.setGuardian(anyone.addr);
        _expectRefusal(guardian, anyone.addr);
    }

    function test_WhenTheGuardianCalls() external {
        // It should emit {Paused}.
        vm.expectEmit(address(poco));
        emit IPause.Paused(guardian);
        vm.prank(guardian);
        poco.pause();
        // It should be paused.
        assertTrue(poco.paused(), "paused");
    }

    function test_WhenTheOwnerCalls() external {
        // It should emit {Paused} as the owner.
        vm.expectEmit(address(poco));
        emit IPause.Paused(owner.addr);
        vm.prank(owner.addr);
        poco.pause();
        // It should be paused as well.
        assertTrue(poco.paused(), "paused");
    }

    function test_GivenTheHubIsPausedAlready() external {
        vm.startPrank(guardian);
        poco.pause();
        vm.recordLogs();
        poco.pause();

        // It should say nothing.
        assertEq(vm.getRecordedLogs().length, 0, "events");
        assertTrue(poco.paused(), "paused");
    }

    function test_ShouldLeaveTheSettingsBesideItAsTheyWere() external {
        vm.startPrank(owner.addr);
        poco.pause();
        poco.changeRegistries(address(datasetRegistry), address(appRegistry), address(workerpoolRegistry));
        assertTrue(poco.paused(), "paused");
        poco.unpause();

        assertEq(poco.token(), address(rlc), "token");
        assertEq(poco.appregistry(), address(datasetRegistry), "apps");
        assertEq(poco.datasetregistry(), address(appRegistry), "datasets");
        assertEq(poco.workerpoolregistry(), address(workerpoolRegistry), "workerpools");
    }

    function _expectRefusal(address caller, address guardian_) private {
        vm.expectRevert(abi.encodeWithSelector(IPause.CallerMayNotPause.selector, caller, guardian_, owner.addr));
        vm.prank(caller);
        poco.pause();
    }
}
