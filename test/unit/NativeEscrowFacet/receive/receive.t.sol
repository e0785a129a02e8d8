// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Native} from "../../../fixtures/Native.sol";
import {IRouter} from "../../../../contracts/interfaces/IRouter.sol";

contract NativeReceive_Unit_Test is Native {
    function testFuzz_WhenCoinsComeAlongWithoutData(uint256 value) external {
        value = bound(value, 0, type(uint96).max * WEI_PER_NRLC);
        vm.deal(requester.addr, value);

        // It should emit {Transfer}.
        vm.expectEmit(address(hub));
        emit IERC20.Transfer(address(0), requester.addr, value / WEI_PER_NRLC);
        vm.prank(requester.addr);
        (bool success, ) = address(hub).call{value: value}("");
        assertTrue(success, "success");

        // It should credit the caller.
        assertEq(hub.balanceOf(requester.addr), value / WEI_PER_NRLC, "caller");
        assertEq(address(hub).balance, hub.totalSupply() * WEI_PER_NRLC, "backing");
        // It should send the dust back.
        assertEq(requester.addr.balance, value % WEI_PER_NRLC, "dust");
    }

    function testFuzz_RevertWhen_TheDataIsNothingButZeros(uint256 length, uint96 value) external {
        bytes memory data = new bytes(bound(length, 1, 100));
        expectUnknown(data, value, 0);
    }

    function testFuzz_RevertWhen_TheDataNamesAnUnknownFunction(bytes calldata data, uint96 value) external {
        vm.assume(data.length > 0 && hub.facetAddress(bytes4(data)) == address(0));
        expectUnknown(data, value, bytes4(data));
    }

    function expectUnknown(bytes memory data, uint256 value, bytes4 selector) private {
        vm.deal(requester.addr, value);
        vm.prank(requester.addr);
        (bool success, bytes memory answer) = address(hub).call{value: value}(data);
        assertFalse(success, "success");
        assertEq(answer, abi.encodeWithSelector(IRouter.UnknownSelector.selector, selector), "reason");
        assertEq(requester.addr.balance, value, "coins");
    }
}
