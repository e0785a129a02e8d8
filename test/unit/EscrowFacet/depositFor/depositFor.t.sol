// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";

contract EscrowDepositFor_Unit_Test is Base {
    function endow(uint256 amount, uint256 approved) private {
        deal(address(rlc), requester.addr, amount);
        vm.prank(requester.addr);
        rlc.approve(address(poco), approved);
    }

    function testFuzz_RevertWhen_TheCallerApprovedLess(uint256 amount) external {
        amount = bound(amount, 1, type(uint96).max);
        endow(amount, amount - 1);
        // What the target approved does not count.
        deal(address(rlc), worker.addr, amount);
        vm.prank(worker.addr);
        rlc.approve(address(poco), amount);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenNotMoved.selector, requester.addr, address(poco), amount));
        vm.prank(requester.addr);
        poco.depositFor(amount, worker.addr);
    }

    function testFuzz_RevertWhen_TheTargetIsTheHub(uint256 amount) external {
        amount = bound(amount, 0, type(uint96).max);
        endow(amount, amount);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(poco)));
        vm.prank(requester.addr);
        poco.depositFor(amount, address(poco));
    }

    function testFuzz_RevertWhen_TheTargetIsTheZeroAddress(uint256 amount) external {
        amount = bound(amount, 0, type(uint96).max);
        endow(amount, amount);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(requester.addr);
        poco.depositFor(amount, address(0));
    }

    function testFuzz_WhenTheTargetIsAnAccount(uint256 amount) external {
        amount = bound(amount, 0, type(uint96).max);
        endow(amount, amount);

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(address(0), worker.addr, amount);
        vm.prank(requester.addr);
        assertTrue(poco.depositFor(amount, worker.addr), "answer");

        // It should take the RLC of the caller.
        assertEq(rlc.balanceOf(requester.addr), 0, "caller's RLC");
        assertEq(rlc.balanceOf(address(poco)), amount, "hub's RLC");
        // It should credit the target.
        assertEq(poco.balanceOf(worker.addr), amount, "target");
        assertEq(poco.balanceOf(requester.addr), 0, "caller");
    }
}
