// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryAcceptOwnership_Unit_Test is RegistryFixture {
    Ownable2Step private registry;

    function setUp() public override {
        super.setUp();
        registry = Ownable2Step(address(workerpools));
        vm.prank(registryOwner);
        registry.transferOwnership(alice);
    }

    function testFuzz_RevertWhen_TheCallerWasNotInvited(address caller) external {
        vm.assume(caller != alice);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        registry.acceptOwnership();
    }

    function test_RevertGiven_TheInvitationWasWithdrawn() external {
        vm.prank(registryOwner);
        registry.transferOwnership(address(0));

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, alice));
        vm.prank(alice);
        registry.acceptOwnership();
    }

    function test_WhenTheCallerWasInvited() external {
        // It should emit {OwnershipTransferred}.
        vm.expectEmit(address(registry));
        emit Ownable.OwnershipTransferred(registryOwner, alice);
        vm.prank(alice);
        registry.acceptOwnership();

        // It should be the owner of the registry.
        assertEq(registry.owner(), alice);
        assertEq(registry.pendingOwner(), address(0));
        // It should leave nothing to the owner before.
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, registryOwner));
        vm.prank(registryOwner);
        workerpools.setBaseURI("ipfs://");
    }
}
