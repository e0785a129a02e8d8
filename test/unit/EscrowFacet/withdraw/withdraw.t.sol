// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Market} from "../../../fixtures/Market.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";

contract EscrowWithdraw_Unit_Test is Market {
    function testFuzz_RevertWhen_TheAmountExceedsTheFreeBalance(uint256 amount) external {
        // What is frozen cannot be withdrawn.
        _matchOrders();
        amount = bound(amount, FUNDS - PRICE + 1, type(uint256).max);

        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientBalance.selector,
                requester.addr,
                FUNDS - PRICE,
                amount
            )
        );
        vm.prank(requester.addr);
        poco.withdraw(amount);
    }

    function testFuzz_RevertWhen_TheTokenDoesNotPay(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);
        bytes memory call = abi.encodeCall(IERC20.transfer, (requester.addr, amount));
        vm.mockCallRevert(address(rlc), call, "");

        vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenNotMoved.selector, address(poco), requester.addr, amount));
        vm.prank(requester.addr);
        poco.withdraw(amount);
    }

    function testFuzz_WhenTheAmountIsWithinTheFreeBalance(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);
        uint256 supply = poco.totalSupply();

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(requester.addr, address(0), amount);
        vm.prank(requester.addr);
        assertTrue(poco.withdraw(amount), "answer");

        // It should pay the RLC out.
        assertEq(rlc.balanceOf(requester.addr), amount, "caller's RLC");
        assertEq(poco.balanceOf(requester.addr), FUNDS - amount, "caller");
        // It should shrink the supply by as much.
        assertEq(poco.totalSupply(), supply - amount, "supply");
        assertEq(rlc.balanceOf(address(poco)), supply - amount, "hub's RLC");
    }
}
