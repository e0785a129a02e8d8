// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDataset} from "../interfaces/IDataset.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {DatasetCodec, DatasetFields} from "./DatasetCodec.sol";
import {RegistryEntry} from "./RegistryEntry.sol";

/// @title Dataset
/// @dev The implementation of all datasets, which are clones of it.
contract Dataset is IDataset, RegistryEntry {
    constructor(IRegistry registry_) RegistryEntry(registry_) {}

    /// @inheritdoc IDataset
    function m_datasetName() external view returns (string memory) {
        return _dataset().name;
    }

    /// @inheritdoc IDataset
    function m_datasetMultiaddr() external view returns (bytes memory) {
        return _dataset().multiaddr;
    }

    /// @inheritdoc IDataset
    function m_datasetChecksum() external view returns (bytes32) {
        return _dataset().checksum;
    }

    function _dataset() private view returns (DatasetFields memory) {
        return DatasetCodec.decode(_fields());
    }
}
