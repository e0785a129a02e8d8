// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {ISettings} from "../../../../contracts/interfaces/ISettings.sol";

contract SetCallbackGas_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, uint96 callbackGas) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.setCallbackGas(callbackGas);
    }

    function testFuzz_RevertWhen_ItDoesNotFit96Bits(uint256 callbackGas) external {
        callbackGas = bound(callbackGas, uint256(type(uint96).max) + 1, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(ISettings.CallbackGasTooLarge.selector, callbackGas, type(uint96).max));
        vm.prank(owner.addr);
        poco.setCallbackGas(callbackGas);
    }

    function testFuzz_WhenItFits(address teeBroker, uint96 callbackGas) external {
        vm.startPrank(owner.addr);
        poco.setTeeBroker(teeBroker);
        poco.setCallbackGas(callbackGas);

        // It should be the gas of callbacks.
        assertEq(poco.callbackgas(), callbackGas, "callback gas");
        // Its slot is shared with the broker.
        assertEq(poco.teebroker(), teeBroker, "broker");
    }
}
