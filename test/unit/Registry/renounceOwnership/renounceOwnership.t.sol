// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryRenounceOwnership_Unit_Test is RegistryFixture {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwnerOfTheRegistry(address caller) external {
        vm.assume(caller != registryOwner);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        Ownable(address(apps)).renounceOwnership();
    }

    function test_WhenTheCallerIsTheOwnerOfTheRegistry() external {
        vm.prank(registryOwner);
        Ownable(address(apps)).renounceOwnership();

        // It should leave the registry without an owner.
        assertEq(Ownable(address(apps)).owner(), address(0));
    }
}
