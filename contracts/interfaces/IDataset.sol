// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistryEntry} from "./IRegistryEntry.sol";

/// @title IDataset
/// @notice Encrypted data that apps can be allowed to read. Only its owner ever changes.
interface IDataset is IRegistryEntry {
    /// @notice Its name, for people.
    function m_datasetName() external view returns (string memory);

    /// @notice Where its encrypted content is published.
    function m_datasetMultiaddr() external view returns (bytes memory);

    /// @notice What the encrypted content hashes to.
    function m_datasetChecksum() external view returns (bytes32);
}
