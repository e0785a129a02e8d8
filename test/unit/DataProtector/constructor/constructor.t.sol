// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DataProtector} from "../../../../contracts/dataprotector/DataProtector.sol";
import {IDataProtector} from "../../../../contracts/interfaces/IDataProtector.sol";
import {IDatasetRegistry} from "../../../../contracts/interfaces/IDatasetRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract DataProtectorConstructor_Unit_Test is RegistryFixture {
    function test_RevertGiven_TheRegistryHasNoCode() external {
        vm.expectRevert(abi.encodeWithSelector(IDataProtector.RegistryMissing.selector, alice));
        new DataProtector(IDatasetRegistry(alice));
    }

    function test_GivenTheRegistryHasCode() external {
        IDataProtector protector = new DataProtector(datasets);

        // It should keep the registry.
        assertEq(address(protector.registry()), address(datasets));
    }
}
