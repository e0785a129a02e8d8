// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Native} from "../../../fixtures/Native.sol";

contract NativeDepositFor_Unit_Test is Native {
    function testFuzz_RevertWhen_TheTargetIsTheHub(uint96 value) external {
        vm.deal(requester.addr, value);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(hub)));
        vm.prank(requester.addr);
        hub.depositFor{value: value}(address(hub));
    }

    function testFuzz_RevertWhen_TheTargetIsTheZeroAddress(uint96 value) external {
        vm.deal(requester.addr, value);

        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidReceiver.selector, address(0)));
        vm.prank(requester.addr);
        hub.depositFor{value: value}(address(0));
    }

    function testFuzz_WhenTheTargetIsAnAccount(uint96 value) external {
        vm.deal(requester.addr, value);

        // It should emit {Transfer}.
        vm.expectEmit(address(hub));
        emit IERC20.Transfer(address(0), worker.addr, value / WEI_PER_NRLC);
        vm.prank(requester.addr);
        assertTrue(hub.depositFor{value: value}(worker.addr), "answer");

        // It should credit the target.
        assertEq(hub.balanceOf(worker.addr), value / WEI_PER_NRLC, "target");
        assertEq(hub.balanceOf(requester.addr), 0, "caller");
        // It should send the dust back to the caller.
        assertEq(requester.addr.balance, value % WEI_PER_NRLC, "dust");
        assertEq(worker.addr.balance, 0, "target's coins");
    }
}
