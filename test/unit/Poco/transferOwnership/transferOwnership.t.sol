// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract PocoTransferOwnership_Unit_Test is HubFixture {
    function setUp() external {
        deploy(new address[](0));
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, address next) external {
        vm.assume(caller != owner);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner));
        vm.prank(caller);
        diamond.transferOwnership(next);
    }

    function testFuzz_WhenSomebodyIsInvited(address next) external {
        // It should emit {OwnershipTransferStarted}.
        vm.expectEmit(address(diamond));
        emit IOwnership.OwnershipTransferStarted(owner, next);
        vm.prank(owner);
        diamond.transferOwnership(next);

        // It should leave the owner in place.
        assertEq(diamond.owner(), owner, "owner");
        assertEq(diamond.pendingOwner(), next, "pending owner");
    }

    function testFuzz_WhenTheInvitationIsWithdrawn(address next) external {
        vm.assume(next != address(0));
        vm.startPrank(owner);
        diamond.transferOwnership(next);
        diamond.transferOwnership(address(0));
        vm.stopPrank();

        // It should leave nobody invited.
        assertEq(diamond.pendingOwner(), address(0), "pending owner");
        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotThePendingOwner.selector, next, address(0)));
        vm.prank(next);
        diamond.acceptOwnership();
    }
}
