// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract SetBaseURI_Unit_Test is RegistryFixture {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwnerOfTheRegistry(address caller) external {
        vm.assume(caller != registryOwner);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        apps.setBaseURI("https://example.com/");
    }

    function testFuzz_RevertWhen_TheBaseURIIsLongerThan1024Bytes(uint256 length) external {
        length = bound(length, 1_025, 5_000);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.BaseURITooLong.selector, length, 1_024));
        vm.prank(registryOwner);
        apps.setBaseURI(string(new bytes(length)));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.BaseURITooLong.selector, 1_025, 1_024));
        vm.prank(registryOwner);
        apps.setBaseURI(string(new bytes(1_025)));
        vm.prank(registryOwner);
        apps.setBaseURI(string(new bytes(1_024)));
    }

    function testFuzz_WhenTheCallerIsTheOwnerOfTheRegistry(string calldata uri) external {
        vm.assume(bytes(uri).length <= 1_024);
        // It should emit {BaseURIChanged}.
        vm.expectEmit(address(apps));
        emit IRegistry.BaseURIChanged(uri);
        vm.prank(registryOwner);
        apps.setBaseURI(uri);

        // It should be the base URI.
        assertEq(apps.baseURI(), uri);
    }
}
