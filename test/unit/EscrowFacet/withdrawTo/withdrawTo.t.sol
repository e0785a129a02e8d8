// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";

contract EscrowWithdrawTo_Unit_Test is Base {
    uint256 private constant FUNDS = 1e18;

    function setUp() public override {
        super.setUp();
        _fund(requester.addr, FUNDS);
        _fund(worker.addr, FUNDS);
    }

    function testFuzz_RevertWhen_TheTargetIsTheHub(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(poco)));
        vm.prank(requester.addr);
        poco.withdrawTo(amount, address(poco));
    }

    function testFuzz_RevertWhen_TheTargetIsTheZeroAddress(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenNotMoved.selector, address(poco), address(0), amount));
        vm.prank(requester.addr);
        poco.withdrawTo(amount, address(0));
    }

    function testFuzz_RevertWhen_TheAmountExceedsTheFreeBalanceOfTheCaller(uint256 amount) external {
        amount = bound(amount, FUNDS + 1, type(uint256).max);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.addr, FUNDS, amount)
        );
        vm.prank(requester.addr);
        poco.withdrawTo(amount, worker.addr);
    }

    function testFuzz_WhenTheAmountIsWithinTheFreeBalanceOfTheCaller(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(requester.addr, address(0), amount);
        vm.prank(requester.addr);
        assertTrue(poco.withdrawTo(amount, worker.addr), "answer");

        // It should debit the caller.
        assertEq(poco.balanceOf(requester.addr), FUNDS - amount, "caller");
        assertEq(poco.balanceOf(worker.addr), FUNDS, "target");
        // It should pay the target.
        assertEq(rlc.balanceOf(worker.addr), amount, "target's RLC");
    }
}
