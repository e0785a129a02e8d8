// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDiamondLoupe} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {IOrderBook} from "../../../../contracts/interfaces/IOrderBook.sol";
import {OrderOperation, RequestOrderOperation} from "../../../../contracts/types/Orders.sol";
import {Work} from "../../../fixtures/Work.sol";

/// @dev docs/explanation/differences.md says which calls are refused without a reason. All others have one that is ours.
contract Reasons_Unit_Test is Work {
    bytes4 private constant PANIC = bytes4(keccak256("Panic(uint256)"));
    bytes4 private constant STRING = bytes4(keccak256("Error(string)"));

    /// @dev Every function, with words of zeros, of ones (an offset of 32, a number) and of small numbers.
    function test_ShouldGiveAReasonOfItsOwnForAllThatItRefuses() external {
        bytes4[] memory selectors = _selectors();
        uint256 refused;
        for (uint256 i; i < selectors.length; ++i) {
            for (uint256 kind; kind < 3; ++kind) {
                bytes memory call = _callOf(selectors[i], kind);
                for (uint256 who; who < 2; ++who) {
                    uint256 before = vm.snapshotState();
                    vm.prank(who == 0 ? owner.addr : requester.addr);
                    (bool success, bytes memory answer) = address(poco).call(call);
                    vm.revertToState(before);
                    if (success || _isMalformed(answer, kind)) continue;
                    ++refused;
                    string memory which = string.concat(vm.toString(bytes32(selectors[i])), " ", vm.toString(kind));
                    assertGe(answer.length, 4, which);
                    assertTrue(bytes4(answer) != PANIC && bytes4(answer) != STRING, which);
                }
            }
        }
        assertGt(refused, 80, "refusals");
    }

    function test_ShouldRefuseCoinsWithoutAReasonWhereItTakesNone() external {
        bytes4[] memory selectors = _selectors();
        for (uint256 i; i < selectors.length; ++i) {
            _expectEmpty(_callOf(selectors[i], 0), 1);
        }
    }

    function test_ShouldRefuseCutCalldataWithoutAReason() external {
        _expectEmpty(abi.encodePacked(poco.transfer.selector, new bytes(63)), 0);
    }

    function test_ShouldRefuseValuesOutOfRangeWithoutAReason() external {
        bytes memory call = abi.encodeCall(
            IOrderBook.manageRequestOrder,
            (RequestOrderOperation(requestOrder, OrderOperation.CLOSE, ""))
        );
        // The operation is the second word of the tuple.
        call[4 + 32 + 63] = 0x02;
        _expectEmpty(call, 0);
    }

    function _expectEmpty(bytes memory call, uint256 value) private {
        hoax(requester.addr, value);
        (bool success, bytes memory answer) = address(poco).call{value: value}(call);
        assertFalse(success, "success");
        assertEq(answer, "", "reason");
    }

    /// @dev Offsets of zero lead somewhere; others lead out of the calldata, which the ABI does not allow.
    function _isMalformed(bytes memory answer, uint256 kind) private pure returns (bool) {
        return kind > 0 && answer.length == 0;
    }

    function _callOf(bytes4 selector, uint256 kind) private pure returns (bytes memory call) {
        call = abi.encodePacked(selector);
        for (uint256 i; i < 40; ++i)
            call = abi.encodePacked(
                call,
                kind == 0
                    ? 0
                    : kind == 1
                        ? 32
                        : i
            );
    }

    function _selectors() private view returns (bytes4[] memory selectors) {
        IDiamondLoupe.Facet[] memory facets = poco.facets();
        selectors = new bytes4[](200);
        uint256 count;
        for (uint256 i; i < facets.length; ++i) {
            for (uint256 j; j < facets[i].functionSelectors.length; ++j) {
                selectors[count++] = facets[i].functionSelectors[j];
            }
        }
        assembly ("memory-safe") {
            mstore(selectors, count)
        }
    }
}
