// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";

contract Approve_Unit_Test is Base {
    function testFuzz_RevertWhen_TheSpenderIsTheZeroAddress(uint256 amount) external {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        vm.prank(requester.addr);
        poco.approve(address(0), amount);
    }

    function testFuzz_WhenTheSpenderIsAnAccount(address spender, uint256 before, uint256 amount) external {
        vm.assume(spender != address(0));
        vm.startPrank(requester.addr);
        poco.approve(spender, before);

        // It should emit {Approval}.
        vm.expectEmit(address(poco));
        emit IERC20.Approval(requester.addr, spender, amount);
        assertTrue(poco.approve(spender, amount), "answer");

        // It should be the allowance whatever it was before.
        assertEq(poco.allowance(requester.addr, spender), amount, "allowance");
    }
}
