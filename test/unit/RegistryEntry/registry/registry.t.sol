// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistryEntry} from "../../../../contracts/interfaces/IRegistryEntry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryEntryRegistry_Unit_Test is RegistryFixture {
    function test_ShouldBeTheRegistryThatCreatedTheAsset() external {
        address app = apps.createApp(alice, "app", "DOCKER", "", bytes32(0), "");
        address dataset = datasets.createDataset(alice, "dataset", "", bytes32(0));
        address workerpool = workerpools.createWorkerpool(alice, "workerpool");

        assertEq(address(IRegistryEntry(app).registry()), address(apps), "app");
        assertEq(address(IRegistryEntry(dataset).registry()), address(datasets), "dataset");
        assertEq(address(IRegistryEntry(workerpool).registry()), address(workerpools), "workerpool");
    }
}
