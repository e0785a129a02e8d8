// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {ISettings} from "../../../../contracts/interfaces/ISettings.sol";

contract SetTeeBroker_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, address next) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.setTeeBroker(next);
    }

    function test_RevertWhen_TheBrokerIsTheHub() external {
        vm.expectRevert(abi.encodeWithSelector(ISettings.TeeBrokerIsTheHub.selector));
        vm.prank(owner.addr);
        poco.setTeeBroker(address(poco));
    }

    function testFuzz_WhenTheCallerIsTheOwner(address first, address next) external {
        vm.assume(first != address(poco) && next != address(poco));
        assertEq(poco.teebroker(), address(0), "none at first");
        vm.startPrank(owner.addr);
        poco.setTeeBroker(first);

        // It should emit {TeeBrokerChanged}.
        vm.expectEmit(address(poco));
        emit ISettings.TeeBrokerChanged(first, next);
        poco.setTeeBroker(next);

        // It should be the broker.
        assertEq(poco.teebroker(), next, "broker");
        // Its slot is shared with the gas of callbacks.
        assertEq(poco.callbackgas(), 200_000, "callback gas");
    }
}
