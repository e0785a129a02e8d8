// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Base} from "../../../fixtures/Base.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract EscrowRecover_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, uint96 excess) external {
        vm.assume(caller != owner.addr);
        deal(address(rlc), address(poco), excess);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.recover();
    }

    function testFuzz_WhenTheHubHoldsNoMoreThanTheSupply(uint96 supply) external {
        _fund(anyone.addr, supply);

        vm.prank(owner.addr);
        assertEq(poco.recover(), 0, "answer");

        // It should credit nothing.
        assertEq(poco.balanceOf(owner.addr), 0, "owner");
        assertEq(poco.totalSupply(), supply, "supply");
    }

    function testFuzz_WhenTheHubHoldsMoreThanTheSupply(uint256 supply, uint256 excess) external {
        supply = bound(supply, 0, type(uint96).max);
        excess = bound(excess, 0, type(uint96).max - supply);
        _fund(anyone.addr, supply);
        deal(address(rlc), address(poco), supply + excess);

        // It should emit {Transfer}.
        vm.expectEmit(address(poco));
        emit IERC20.Transfer(address(0), owner.addr, excess);
        vm.prank(owner.addr);
        assertEq(poco.recover(), excess, "answer");

        // It should credit the owner with the excess.
        assertEq(poco.balanceOf(owner.addr), excess, "owner");
        assertEq(poco.balanceOf(anyone.addr), supply, "anyone");
        // It should leave supply and RLC equal.
        assertEq(poco.totalSupply(), rlc.balanceOf(address(poco)), "supply");
    }
}
