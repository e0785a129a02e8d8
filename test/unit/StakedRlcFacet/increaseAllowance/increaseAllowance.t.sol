// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";
import {IStakedRlc} from "../../../../contracts/interfaces/IStakedRlc.sol";

contract IncreaseAllowance_Unit_Test is Base {
    function testFuzz_RevertWhen_TheSpenderIsTheZeroAddress(uint256 added) external {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        vm.prank(requester.addr);
        poco.increaseAllowance(address(0), added);
    }

    function testFuzz_RevertWhen_TheSumDoesNotFit(uint256 allowed, uint256 added) external {
        allowed = bound(allowed, 1, type(uint256).max);
        added = bound(added, type(uint256).max - allowed + 1, type(uint256).max);
        vm.startPrank(requester.addr);
        poco.approve(anyone.addr, allowed);

        vm.expectRevert(abi.encodeWithSelector(IStakedRlc.AllowanceTooLarge.selector, allowed, added));
        poco.increaseAllowance(anyone.addr, added);
    }

    function testFuzz_WhenTheSumFits(uint256 allowed, uint256 added) external {
        added = bound(added, 0, type(uint256).max - allowed);
        vm.startPrank(requester.addr);
        poco.approve(anyone.addr, allowed);

        // It should emit {Approval}.
        vm.expectEmit(address(poco));
        emit IERC20.Approval(requester.addr, anyone.addr, allowed + added);
        assertTrue(poco.increaseAllowance(anyone.addr, added), "answer");

        // It should add to the allowance.
        assertEq(poco.allowance(requester.addr, anyone.addr), allowed + added, "allowance");
    }
}
