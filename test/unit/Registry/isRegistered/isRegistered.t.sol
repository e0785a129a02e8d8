// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAppRegistry} from "../../../../contracts/interfaces/IAppRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract IsRegistered_Unit_Test is RegistryFixture {
    IAppRegistry internal old;
    IAppRegistry internal oldest;

    function setUp() public override {
        super.setUp();
        old = newAppRegistry();
        oldest = newAppRegistry();
        vm.startPrank(registryOwner);
        old.initialize(address(oldest));
        apps.initialize(address(old));
        vm.stopPrank();
    }

    function test_GivenTheAssetWasCreatedByTheRegistry() external {
        address app = apps.createApp(alice, "app", "DOCKER", "", bytes32(0), "");

        // It should be registered.
        assertTrue(apps.isRegistered(app), "in the registry");
        assertFalse(old.isRegistered(app), "in the previous registry");
    }

    function test_GivenTheAssetWasCreatedByARegistryThatTheRegistryContinues() external {
        address oldApp = old.createApp(alice, "old", "DOCKER", "", bytes32(0), "");
        address oldestApp = oldest.createApp(alice, "oldest", "DOCKER", "", bytes32(0), "");

        // It should be registered.
        assertTrue(apps.isRegistered(oldApp), "created by the previous registry");
        assertTrue(apps.isRegistered(oldestApp), "created by the one before");
    }

    function testFuzz_GivenNobodyCreatedTheAsset(address asset) external view {
        // It should not be registered.
        assertFalse(apps.isRegistered(asset), "with a previous registry");
        assertFalse(datasets.isRegistered(asset), "without a previous registry");
    }
}
