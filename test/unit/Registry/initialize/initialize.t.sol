// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IAppRegistry} from "../../../../contracts/interfaces/IAppRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryInitialize_Unit_Test is RegistryFixture {
    IAppRegistry internal old;

    function setUp() public override {
        super.setUp();
        old = newAppRegistry();
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheOwnerOfTheRegistry(address caller) external {
        vm.assume(caller != registryOwner);

        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        vm.prank(caller);
        apps.initialize(address(old));
    }

    function test_RevertGiven_TheRegistryIsInitialized() external {
        vm.startPrank(registryOwner);
        apps.initialize(address(old));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AlreadyInitialized.selector, address(old)));
        apps.initialize(address(0));
    }

    function test_RevertWhen_ThePreviousRegistryHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, anyone));
        vm.prank(registryOwner);
        apps.initialize(anyone);
    }

    function test_RevertWhen_ThePreviousRegistryFailsToAnswer() external {
        vm.mockCallRevert(address(old), abi.encodeCall(IRegistry.isRegistered, (address(apps))), abi.encode(true));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, address(old)));
        vm.prank(registryOwner);
        apps.initialize(address(old));
    }

    function test_RevertWhen_ThePreviousRegistryIsTheRegistryItself() external {
        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, address(apps)));
        vm.prank(registryOwner);
        apps.initialize(address(apps));
    }

    function test_RevertWhen_ThePreviousRegistryContinuesTheRegistry() external {
        vm.startPrank(registryOwner);
        old.initialize(address(apps));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.NotARegistry.selector, address(old)));
        apps.initialize(address(old));
    }

    function test_WhenThereIsNoPreviousRegistry() external {
        assertFalse(apps.initialized(), "initialized before");

        // It should emit {PreviousRegistrySet} with zero.
        vm.expectEmit(address(apps));
        emit IRegistry.PreviousRegistrySet(address(0));
        vm.prank(registryOwner);
        apps.initialize(address(0));

        // It should be initialized.
        assertTrue(apps.initialized(), "initialized");
        // It should have no previous registry.
        assertEq(address(apps.previous()), address(0), "previous");
    }

    function test_WhenThereIsAPreviousRegistry() external {
        // It should emit {PreviousRegistrySet}.
        vm.expectEmit(address(apps));
        emit IRegistry.PreviousRegistrySet(address(old));
        vm.prank(registryOwner);
        apps.initialize(address(old));

        // It should be initialized.
        assertTrue(apps.initialized(), "initialized");
        // It should remember the previous registry.
        assertEq(address(apps.previous()), address(old), "previous");
    }
}
