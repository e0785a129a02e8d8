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

    function testFuzz_RevertWhen_ItIsTooLittleForAnyCallback(uint256 callbackGas) external {
        callbackGas = bound(callbackGas, 0, 49_999);

        vm.expectRevert(abi.encodeWithSelector(ISettings.CallbackGasTooSmall.selector, callbackGas, 50_000));
        vm.prank(owner.addr);
        poco.setCallbackGas(callbackGas);
    }

    function testFuzz_RevertWhen_ItIsTooMuchForOneTransaction(uint256 callbackGas) external {
        callbackGas = bound(callbackGas, 5_000_001, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(ISettings.CallbackGasTooLarge.selector, callbackGas, 5_000_000));
        vm.prank(owner.addr);
        poco.setCallbackGas(callbackGas);
        vm.expectRevert(abi.encodeWithSelector(ISettings.CallbackGasTooLarge.selector, 5_000_001, 5_000_000));
        vm.prank(owner.addr);
        poco.setCallbackGas(5_000_001);
    }

    function testFuzz_WhenItLiesBetween(address teeBroker, uint256 callbackGas) external {
        vm.assume(teeBroker != address(poco));
        callbackGas = bound(callbackGas, 50_000, 5_000_000);
        vm.startPrank(owner.addr);
        poco.setTeeBroker(teeBroker);

        // It should emit {CallbackGasChanged}.
        vm.expectEmit(address(poco));
        emit ISettings.CallbackGasChanged(200_000, callbackGas);
        poco.setCallbackGas(callbackGas);
        // It should be the gas of callbacks.
        assertEq(poco.callbackgas(), callbackGas, "callback gas");
        // Its slot is shared with the broker.
        assertEq(poco.teebroker(), teeBroker, "broker");
        poco.setCallbackGas(50_000);
        assertEq(poco.callbackgas(), 50_000, "the least");
        poco.setCallbackGas(5_000_000);
        assertEq(poco.callbackgas(), 5_000_000, "the most");
    }
}
