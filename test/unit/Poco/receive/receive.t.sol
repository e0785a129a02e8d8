// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {IRouter} from "../../../../contracts/interfaces/IRouter.sol";
import {DealId} from "../../../../contracts/types/Ids.sol";

contract PocoReceive_Unit_Test is Market {
    function testFuzz_RevertGiven_TheHubHasAToken(address caller, uint96 value) external {
        // The fuzzer picks addresses that it has seen, the hub's among them.
        vm.assume(caller != address(poco));
        vm.deal(caller, value);
        expectUnknown(caller, value);
        assertEq(address(poco).balance, 0, "hub's coins");
        assertEq(poco.balanceOf(caller), 0, "SRLC");
    }

    function testFuzz_GivenADealWasJustWritten(string calldata params) external {
        vm.assume(bytes(params).length < 20_000);
        requestOrder.params = params;
        _matchOrders();

        // It should serve nothing of it.
        expectUnknown(anyone.addr, 0);
    }

    function test_GivenWhatWasWrittenIsReadByNobodyButItsContract() external {
        DealId id = _matchOrders();
        // The last byte is the kind of data: a deal.
        bytes memory initCode = hex"5f5f5f5f335afa3d5f5f3e3d5ff300";
        address location = vm.computeCreate2Address(DealId.unwrap(id), keccak256(initCode), address(poco));

        // It should begin with STOP.
        assertTrue(location.code.length > 1, "written");
        assertEq(location.code[0], bytes1(0), "STOP");
        (bool success, bytes memory answer) = location.call("anything");
        assertTrue(success && answer.length == 0, "does nothing");
    }

    /// @dev A call without data, as a transfer and as a question.
    function expectUnknown(address caller, uint256 value) private {
        bytes memory reason = abi.encodeWithSelector(IRouter.UnknownSelector.selector, bytes4(0));
        vm.prank(caller);
        (bool success, bytes memory answer) = address(poco).call{value: value}("");
        assertFalse(success, "call");
        assertEq(answer, reason, "call's reason");
        (success, answer) = address(poco).staticcall("");
        assertFalse(success, "staticcall");
        assertEq(answer, reason, "staticcall's reason");
    }
}
