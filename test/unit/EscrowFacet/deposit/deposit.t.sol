// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Base} from "../../../fixtures/Base.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";

contract EscrowDeposit_Unit_Test is Base {
    function endow(uint256 amount, uint256 approved) private {
        deal(address(rlc), requester.addr, amount);
        vm.prank(requester.addr);
        rlc.approve(address(poco), approved);
    }

    function expectNotMoved(uint256 amount) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrow.TokenNotMoved.selector, requester.addr, address(poco), amount));
        vm.prank(requester.addr);
        poco.deposit(amount);
    }

    function testFuzz_RevertWhen_TheCallerApprovedLess(uint256 amount) external {
        amount = bound(amount, 1, type(uint96).max);
        endow(amount, amount - 1);
        expectNotMoved(amount);
    }

    function testFuzz_RevertWhen_TheCallerHasLess(uint256 amount) external {
        amount = bound(amount, 1, type(uint96).max);
        endow(amount - 1, amount);
        expectNotMoved(amount);
    }

    function testFuzz_RevertWhen_TheTokenAnswersNo(uint256 amount) external {
        amount = bound(amount, 0, type(uint96).max);
        bytes memory call = abi.encodeCall(IERC20.transferFrom, (requester.addr, address(poco), amount));
        vm.mockCall(address(rlc), call, abi.encode(false));
        expectNotMoved(amount);
    }

    function testFuzz_RevertWhen_TheSupplyWouldNotFit(uint256 before, uint256 amount) external {
        before = bound(before, 0, type(uint96).max);
        amount = bound(amount, type(uint96).max - before + 1, type(uint256).max - before);
        _fund(anyone.addr, before);
        endow(amount, amount);

        vm.expectRevert(
            abi.encodeWithSelector(IEscrowMoves.SupplyTooLarge.selector, amount, type(uint96).max - before)
        );
        vm.prank(requester.addr);
        poco.deposit(amount);
    }

    function testFuzz_WhenTheCallerApprovedAsMuch(uint256 before, uint256 has, uint256 amount) external {
        before = bound(before, 0, type(uint96).max);
        has = bound(has, 0, type(uint96).max - before);
        amount = bound(amount, 0, has);
        _fund(anyone.addr, before);
        endow(has, amount);

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(address(0), requester.addr, amount);
        vm.prank(requester.addr);
        assertTrue(poco.deposit(amount), "answer");

        // It should take the RLC.
        assertEq(rlc.balanceOf(requester.addr), has - amount, "caller's RLC");
        assertEq(rlc.balanceOf(address(poco)), before + amount, "hub's RLC");
        // It should credit the caller.
        assertEq(poco.balanceOf(requester.addr), amount, "caller");
        // It should grow the supply by as much.
        assertEq(poco.totalSupply(), before + amount, "supply");
    }
}
