// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryTransferOwnership_Unit_Test is RegistryFixture {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwnerOfTheRegistry(address caller) external {
        vm.assume(caller != registryOwner);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        Ownable(address(apps)).transferOwnership(caller);
    }

    function test_WhenTheCallerIsTheOwnerOfTheRegistry() external {
        vm.prank(registryOwner);
        Ownable(address(apps)).transferOwnership(alice);

        // It should change the owner of the registry.
        assertEq(Ownable(address(apps)).owner(), alice);
    }
}
