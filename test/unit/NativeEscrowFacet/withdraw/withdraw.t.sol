// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Native} from "../../../fixtures/Native.sol";
import {INativeEscrow} from "../../../../contracts/interfaces/INativeEscrow.sol";

contract NativeWithdraw_Unit_Test is Native {
    uint256 private constant FUNDS = 1e18;

    function setUp() public override {
        super.setUp();
        depositFor(requester.addr, FUNDS);
        depositFor(worker.addr, FUNDS);
        depositFor(refuser, FUNDS);
    }

    function testFuzz_RevertWhen_TheAmountExceedsTheFreeBalance(uint256 amount) external {
        amount = bound(amount, FUNDS + 1, type(uint256).max);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.addr, FUNDS, amount)
        );
        vm.prank(requester.addr);
        hub.withdraw(amount);
    }

    function testFuzz_RevertWhen_TheCallerDoesNotTakeCoins(uint256 amount) external {
        amount = bound(amount, 1, FUNDS);

        vm.expectRevert(
            abi.encodeWithSelector(INativeEscrow.CoinTransferFailed.selector, refuser, amount * WEI_PER_NRLC)
        );
        vm.prank(refuser);
        hub.withdraw(amount);
    }

    function testFuzz_WhenTheAmountIsWithinTheFreeBalance(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);
        uint256 supply = hub.totalSupply();

        // It should emit {Transfer}.
        vm.expectEmit(address(hub));
        emit IERC20.Transfer(requester.addr, address(0), amount);
        vm.prank(requester.addr);
        assertTrue(hub.withdraw(amount), "answer");

        // It should pay the coins out.
        assertEq(requester.addr.balance, amount * WEI_PER_NRLC, "caller's coins");
        assertEq(hub.balanceOf(requester.addr), FUNDS - amount, "caller");
        // It should shrink the supply by as much.
        assertEq(hub.totalSupply(), supply - amount, "supply");
        assertEq(address(hub).balance, (supply - amount) * WEI_PER_NRLC, "backing");
    }
}
