// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistry} from "./IRegistry.sol";

/// @title IDatasetRegistry
/// @notice A registry of datasets, whose addresses follow from owner and fields.
interface IDatasetRegistry is IRegistry {
    /// @notice Creates a dataset. Anyone may create a dataset for anyone.
    /// @param _datasetOwner The owner of the new dataset.
    /// @param _datasetName The name, for people.
    /// @param _datasetMultiaddr The address of the encrypted content.
    /// @param _datasetChecksum The hash of the encrypted content.
    /// @return The dataset's address, which is also its token id.
    function createDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external returns (address);

    /// @notice Returns the address of the dataset with this owner and these fields, whether it exists or not.
    function predictDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external view returns (address);
}
