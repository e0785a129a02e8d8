// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";

contract DecreaseAllowance_Unit_Test is Base {
    function testFuzz_RevertWhen_TheAllowanceIsSmaller(uint256 allowed, uint256 less) external {
        allowed = bound(allowed, 0, type(uint256).max - 1);
        less = bound(less, allowed + 1, type(uint256).max);
        vm.startPrank(requester.addr);
        poco.approve(anyone.addr, allowed);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, anyone.addr, allowed, less)
        );
        poco.decreaseAllowance(anyone.addr, less);
    }

    function testFuzz_WhenTheAllowanceIsLargeEnough(uint256 allowed, uint256 less) external {
        less = bound(less, 0, allowed);
        vm.startPrank(requester.addr);
        poco.approve(anyone.addr, allowed);

        // It should emit {Approval}.
        vm.expectEmit(address(poco));
        emit IERC20.Approval(requester.addr, anyone.addr, allowed - less);
        assertTrue(poco.decreaseAllowance(anyone.addr, less), "answer");

        // It should take from the allowance.
        assertEq(poco.allowance(requester.addr, anyone.addr), allowed - less, "allowance");
    }
}
