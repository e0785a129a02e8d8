// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "./IRegistry.sol";

/// @title IDatasetRegistry
/// @notice Creates datasets, at addresses that follow from their owner and fields.
interface IDatasetRegistry is IRegistry {
    /// @notice Creates a dataset. Anyone may create one for anyone.
    /// @param _datasetOwner Who gets it.
    /// @param _datasetName Its name, for people.
    /// @param _datasetMultiaddr Where its encrypted content is published.
    /// @param _datasetChecksum What the encrypted content hashes to.
    /// @return The dataset's address, which is also its token id.
    function createDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external returns (address);

    /// @notice Where {createDataset} puts, or has put, the dataset with this owner and these fields.
    function predictDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external view returns (address);
}
