// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Native} from "../../../fixtures/Native.sol";
import {INativeEscrow} from "../../../../contracts/interfaces/INativeEscrow.sol";

contract NativeWithdrawTo_Unit_Test is Native {
    uint256 private constant FUNDS = 1e18;

    uint256 private seenSupply;
    uint256 private seenBalance;

    function setUp() public override {
        super.setUp();
        depositFor(requester.addr, FUNDS);
        depositFor(worker.addr, FUNDS);
    }

    /// @dev This contract takes coins, and looks at the books while it does.
    receive() external payable {
        seenSupply = hub.totalSupply();
        seenBalance = hub.balanceOf(requester.addr);
    }

    function testFuzz_RevertWhen_TheTargetIsZero(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(requester.addr);
        hub.withdrawTo(amount, address(0));
    }

    function testFuzz_RevertWhen_TheTargetIsTheHub(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(hub)));
        vm.prank(requester.addr);
        hub.withdrawTo(amount, address(hub));
    }

    function testFuzz_RevertWhen_TheAmountExceedsTheFreeBalanceOfTheCaller(uint256 amount) external {
        amount = bound(amount, FUNDS + 1, type(uint256).max);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.addr, FUNDS, amount)
        );
        vm.prank(requester.addr);
        hub.withdrawTo(amount, worker.addr);
    }

    function testFuzz_RevertWhen_TheTargetDoesNotTakeCoins(uint256 amount) external {
        amount = bound(amount, 1, FUNDS);

        vm.expectRevert(
            abi.encodeWithSelector(INativeEscrow.CoinTransferFailed.selector, refuser, amount * WEI_PER_NRLC)
        );
        vm.prank(requester.addr);
        hub.withdrawTo(amount, refuser);
    }

    function testFuzz_WhenTheTargetCallsBack(uint256 amount) external {
        amount = bound(amount, 1, FUNDS);

        vm.prank(requester.addr);
        hub.withdrawTo(amount, address(this));

        // It should find the books done.
        assertEq(seenSupply, 2 * FUNDS - amount, "supply");
        assertEq(seenBalance, FUNDS - amount, "caller");
    }

    function testFuzz_WhenTheAmountIsWithinTheFreeBalanceOfTheCaller(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        // It should emit {Transfer}.
        vm.expectEmit(address(hub));
        emit IERC20.Transfer(requester.addr, address(0), amount);
        vm.prank(requester.addr);
        assertTrue(hub.withdrawTo(amount, worker.addr), "answer");

        // It should debit the caller.
        assertEq(hub.balanceOf(requester.addr), FUNDS - amount, "caller");
        assertEq(hub.balanceOf(worker.addr), FUNDS, "target");
        // It should pay the target.
        assertEq(worker.addr.balance, amount * WEI_PER_NRLC, "target's coins");
    }
}
