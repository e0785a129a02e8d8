// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";

contract Transfer_Unit_Test is Base {
    uint256 private constant FUNDS = 1e18;

    function setUp() public override {
        super.setUp();
        _fund(requester.addr, FUNDS);
    }

    function testFuzz_RevertWhen_TheRecipientIsTheHub(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(poco)));
        vm.prank(requester.addr);
        poco.transfer(address(poco), amount);
    }

    function testFuzz_RevertWhen_TheRecipientIsTheZeroAddress(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(requester.addr);
        poco.transfer(address(0), amount);
    }

    function testFuzz_RevertWhen_TheAmountExceedsTheBalance(uint256 amount) external {
        amount = bound(amount, FUNDS + 1, type(uint256).max);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.addr, FUNDS, amount)
        );
        vm.prank(requester.addr);
        poco.transfer(worker.addr, amount);
    }

    function testFuzz_WhenTheRecipientIsTheCaller(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        vm.prank(requester.addr);
        assertTrue(poco.transfer(requester.addr, amount), "answer");

        // It should move nothing.
        assertEq(poco.balanceOf(requester.addr), FUNDS, "balance");
    }

    function testFuzz_WhenTheAmountIsWithinTheBalance(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(requester.addr, worker.addr, amount);
        vm.prank(requester.addr);
        assertTrue(poco.transfer(worker.addr, amount), "answer");

        // It should debit the caller.
        assertEq(poco.balanceOf(requester.addr), FUNDS - amount, "caller");
        // It should credit the recipient.
        assertEq(poco.balanceOf(worker.addr), amount, "recipient");
        // It should keep the supply.
        assertEq(poco.totalSupply(), FUNDS, "supply");
    }
}
