// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";

contract TransferFrom_Unit_Test is Base {
    uint256 private constant FUNDS = 1e18;

    function setUp() public override {
        super.setUp();
        _fund(requester.addr, FUNDS);
    }

    function allow(uint256 amount) private {
        vm.prank(requester.addr);
        poco.approve(anyone.addr, amount);
    }

    function testFuzz_RevertWhen_TheCallerWasAllowedLess(uint256 allowed, uint256 amount) external {
        allowed = bound(allowed, 0, FUNDS - 1);
        amount = bound(amount, allowed + 1, FUNDS);
        allow(allowed);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, anyone.addr, allowed, amount)
        );
        vm.prank(anyone.addr);
        poco.transferFrom(requester.addr, anyone.addr, amount);
    }

    function testFuzz_RevertWhen_TheSenderHasLess(uint256 amount) external {
        amount = bound(amount, FUNDS + 1, type(uint256).max);
        allow(type(uint256).max);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, requester.addr, FUNDS, amount)
        );
        vm.prank(anyone.addr);
        poco.transferFrom(requester.addr, anyone.addr, amount);
    }

    function testFuzz_RevertWhen_TheRecipientIsTheHub(uint256 amount) external {
        amount = bound(amount, 0, FUNDS);
        allow(amount);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(poco)));
        vm.prank(anyone.addr);
        poco.transferFrom(requester.addr, address(poco), amount);
    }

    function testFuzz_RevertWhen_TheSenderIsTheHub(uint256 amount) external {
        // What the hub holds is what all accounts have frozen: nobody may move it.
        amount = bound(amount, 1, 1e18);
        _freeze(amount);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, anyone.addr, 0, amount)
        );
        vm.prank(anyone.addr);
        poco.transferFrom(address(poco), anyone.addr, amount);
    }

    /// @dev Even of nothing: its event would look like a mint.
    function testFuzz_RevertWhen_TheSenderIsTheZeroAddress(uint256 amount) external {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSender.selector, address(0)));
        vm.prank(anyone.addr);
        poco.transferFrom(address(0), requester.addr, amount);
    }

    function testFuzz_WhenTheAmountIsWithinAllowanceAndBalance(uint256 allowed, uint256 amount) external {
        amount = bound(amount, 0, FUNDS);
        allowed = bound(allowed, amount, type(uint256).max);
        allow(allowed);

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(requester.addr, worker.addr, amount);
        vm.prank(anyone.addr);
        assertTrue(poco.transferFrom(requester.addr, worker.addr, amount), "answer");

        // It should move the amount.
        assertEq(poco.balanceOf(requester.addr), FUNDS - amount, "sender");
        assertEq(poco.balanceOf(worker.addr), amount, "recipient");
        // It should use up as much of the allowance.
        assertEq(poco.allowance(requester.addr, anyone.addr), allowed - amount, "allowance");
    }

    /// @dev Gives the hub a free balance as a deal would. The slot is checked through the view.
    function _freeze(uint256 amount) private {
        bytes32 ledger = keccak256(abi.encode(uint256(keccak256("poco.storage.Ledger")) - 1)) & ~bytes32(uint256(0xff));
        bytes32 slot = keccak256(abi.encode(address(poco), uint256(ledger) + 1));
        vm.store(address(poco), slot, bytes32(amount));
        assertEq(poco.balanceOf(address(poco)), amount, "hub");
    }
}
