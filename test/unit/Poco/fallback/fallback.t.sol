// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";
import {IRouter} from "../../../../contracts/interfaces/IRouter.sol";

contract PocoFallback_Unit_Test is HubFixture {
    function testFuzz_RevertWhen_NobodyServesTheSelector(bytes4 selector, bytes calldata data, uint96 value) external {
        deploy(new address[](0));
        vm.assume(!isImmutable(selector));

        expectUnknown(bytes.concat(selector, data), value, selector);
    }

    function testFuzz_RevertWhen_TheDataIsShorterThanASelector(bytes4 selector, uint256 length) external {
        deploy(new address[](0));
        bytes memory data = new bytes(bound(length, 1, 3));
        for (uint256 i; i < data.length; ++i) {
            data[i] = selector[i];
        }

        expectUnknown(data, 0, bytes4(data));
    }

    function testFuzz_WhenTheFacetAnswers(bytes4 selector, address caller, bytes calldata data, uint96 value) external {
        vm.assume(!isImmutable(selector));
        plugEcho(selector);
        vm.deal(caller, value);

        vm.prank(caller);
        (bool success, bytes memory answer) = address(diamond).call{value: value}(bytes.concat(selector, data));

        // It should pass caller and coins and data on.
        assertTrue(success, "success");
        assertEq(address(diamond).balance, value, "coins");
        // It should answer with the answer.
        assertEq(
            answer,
            abi.encodePacked(abi.encode(address(diamond), caller, uint256(value)), selector, data),
            "answer"
        );
    }

    function testFuzz_RevertWhen_TheFacetFails(bytes4 selector, bytes calldata reason) external {
        vm.assume(!isImmutable(selector));
        plugEcho(selector);
        // revert(0, calldatasize() - 4), of what came behind the selector
        vm.etch(diamond.facetAddress(selector), hex"600436038060045f375ffd");

        (bool success, bytes memory answer) = address(diamond).call(bytes.concat(selector, reason));
        assertFalse(success, "success");
        assertEq(answer, reason, "reason");
    }

    /// @dev Lets a facet serve `selector` that answers with this ‖ caller ‖ value ‖ calldata.
    function plugEcho(bytes4 selector) private {
        address[] memory facets = new address[](1);
        facets[0] = facetThatServes("echo", abi.encodePacked(selector));
        deploy(facets);
        vm.etch(facets[0], hex"305f523360205234604052365f606037366060015ff3");
    }

    function expectUnknown(bytes memory data, uint256 value, bytes4 selector) private {
        vm.deal(address(this), value);
        (bool success, bytes memory answer) = address(diamond).call{value: value}(data);
        assertFalse(success, "success");
        assertEq(answer, abi.encodeWithSelector(IRouter.UnknownSelector.selector, selector), "reason");
    }
}
