// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryTransferOwnership_Unit_Test is RegistryFixture {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwnerOfTheRegistry(address caller) external {
        vm.assume(caller != registryOwner);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        Ownable(address(apps)).transferOwnership(caller);
    }

    function test_WhenTheCallerIsTheOwnerOfTheRegistry() external {
        // It should emit {OwnershipTransferStarted}.
        vm.expectEmit(address(apps));
        emit Ownable2Step.OwnershipTransferStarted(registryOwner, alice);
        vm.startPrank(registryOwner);
        Ownable(address(apps)).transferOwnership(alice);

        // It should invite the next owner.
        assertEq(Ownable2Step(address(apps)).pendingOwner(), alice);
        // It should leave the owner in charge.
        assertEq(Ownable(address(apps)).owner(), registryOwner);
        apps.setBaseURI("ipfs://");
    }
}
