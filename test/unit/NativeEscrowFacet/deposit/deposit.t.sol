// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Native} from "../../../fixtures/Native.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {INativeEscrow} from "../../../../contracts/interfaces/INativeEscrow.sol";

contract NativeDeposit_Unit_Test is Native {
    function testFuzz_RevertWhen_TheCallerDoesNotTakeItsDust(uint256 value) external {
        value = bound(value, 1, type(uint96).max);
        vm.assume(value % WEI_PER_NRLC > 0);
        vm.deal(refuser, value);

        vm.expectRevert(
            abi.encodeWithSelector(INativeEscrow.CoinTransferFailed.selector, refuser, value % WEI_PER_NRLC)
        );
        vm.prank(refuser);
        hub.deposit{value: value}();
    }

    function testFuzz_RevertWhen_TheSupplyWouldNotFit(uint256 amount) external {
        amount = bound(amount, uint256(type(uint96).max) + 1, type(uint256).max / WEI_PER_NRLC);
        vm.deal(requester.addr, amount * WEI_PER_NRLC);

        vm.expectRevert(abi.encodeWithSelector(IEscrowMoves.SupplyTooLarge.selector, amount, type(uint96).max));
        vm.prank(requester.addr);
        hub.deposit{value: amount * WEI_PER_NRLC}();
    }

    function testFuzz_WhenThereIsNoDust(uint256 amount) external {
        // A caller that takes no coins is not asked to.
        amount = bound(amount, 0, type(uint96).max);
        vm.deal(refuser, amount * WEI_PER_NRLC);

        // It should send nothing back.
        vm.expectCall(refuser, "", 0);
        vm.prank(refuser);
        hub.deposit{value: amount * WEI_PER_NRLC}();
        assertEq(hub.balanceOf(refuser), amount, "caller");
    }

    function testFuzz_WhenCoinsComeAlong(uint256 value) external {
        value = bound(value, 0, type(uint96).max * WEI_PER_NRLC);
        vm.deal(requester.addr, value);

        // It should emit {Transfer}.
        vm.expectEmit(address(hub));
        emit IERC20.Transfer(address(0), requester.addr, value / WEI_PER_NRLC);
        vm.prank(requester.addr);
        assertTrue(hub.deposit{value: value}(), "answer");

        // It should credit the caller.
        assertEq(hub.balanceOf(requester.addr), value / WEI_PER_NRLC, "caller");
        // It should back what it credits.
        assertEq(hub.totalSupply() * WEI_PER_NRLC, address(hub).balance, "backing");
        // It should send the dust back.
        assertEq(requester.addr.balance, value % WEI_PER_NRLC, "dust");
    }
}
