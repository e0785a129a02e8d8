// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Native} from "../../../fixtures/Native.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract NativeRecover_Unit_Test is Native {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, uint96 excess) external {
        vm.assume(caller != owner.addr);
        vm.deal(address(hub), excess);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        hub.recover();
    }

    function testFuzz_WhenTheHubHoldsMoreThanTheSupply(uint64 supply, uint96 excess) external {
        depositFor(anyone.addr, supply);
        vm.deal(address(hub), supply * WEI_PER_NRLC + excess);

        // It should emit {Transfer}.
        vm.expectEmit(address(hub));
        emit IERC20.Transfer(address(0), owner.addr, excess / WEI_PER_NRLC);
        vm.prank(owner.addr);
        assertEq(hub.recover(), excess / WEI_PER_NRLC, "answer");

        // It should credit the owner with the whole nRLC of the excess.
        assertEq(hub.balanceOf(owner.addr), excess / WEI_PER_NRLC, "owner");
        // It should leave the supply backed.
        assertEq(hub.totalSupply(), address(hub).balance / WEI_PER_NRLC, "supply");
    }
}
