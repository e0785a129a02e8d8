// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract SetBaseURI_Unit_Test is RegistryFixture {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwnerOfTheRegistry(address caller) external {
        vm.assume(caller != registryOwner);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        apps.setBaseURI("https://example.com/");
    }

    function testFuzz_WhenTheCallerIsTheOwnerOfTheRegistry(string calldata uri) external {
        vm.prank(registryOwner);
        apps.setBaseURI(uri);

        // It should be the base URI.
        assertEq(apps.baseURI(), uri);
    }
}
