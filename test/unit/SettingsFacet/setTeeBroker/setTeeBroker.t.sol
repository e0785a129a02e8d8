// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract SetTeeBroker_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, address next) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.setTeeBroker(next);
    }

    function testFuzz_WhenTheCallerIsTheOwner(address first, address next) external {
        assertEq(poco.teebroker(), address(0), "none at first");
        vm.startPrank(owner.addr);
        poco.setTeeBroker(first);
        poco.setTeeBroker(next);

        // It should be the broker.
        assertEq(poco.teebroker(), next, "broker");
        // Its slot is shared with the gas of callbacks.
        assertEq(poco.callbackgas(), 200_000, "callback gas");
    }
}
