// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IDatasetRegistry} from "../../../../contracts/interfaces/IDatasetRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract PredictDataset_Unit_Test is RegistryFixture {
    function test_RevertWhen_TheFieldsDoNotFitInContractCode() external {
        bytes memory text = new bytes(24_532 - 34);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, 24_532, 24_531));
        datasets.predictDataset(alice, string(text), "", bytes32(0));
    }

    function test_GivenTheDatasetExists() external {
        address dataset = datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));

        // It should be where the dataset is.
        assertEq(datasets.predictDataset(alice, "n", "m", bytes32(uint256(1))), dataset);
    }

    function test_WhenAnythingAboutTheDatasetDiffers() external {
        address dataset = datasets.predictDataset(alice, "n", "m", bytes32(uint256(1)));

        // It should be somewhere else.
        assertNotEq(datasets.predictDataset(bob, "n", "m", bytes32(uint256(1))), dataset, "owner");
        assertNotEq(datasets.predictDataset(alice, "x", "m", bytes32(uint256(1))), dataset, "name");
        assertNotEq(datasets.predictDataset(alice, "n", "x", bytes32(uint256(1))), dataset, "multiaddr");
        assertNotEq(datasets.predictDataset(alice, "n", "m", bytes32(uint256(2))), dataset, "checksum");
        assertNotEq(
            datasets.predictDataset(alice, "nm", "", bytes32(uint256(1))),
            dataset,
            "border of name and multiaddr"
        );
        IDatasetRegistry other = newDatasetRegistry();
        assertNotEq(other.predictDataset(alice, "n", "m", bytes32(uint256(1))), dataset, "registry");
    }
}
