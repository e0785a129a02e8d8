// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistryEntry} from "./IRegistryEntry.sol";

/// @title IDataset
/// @notice Encrypted data that apps can be allowed to read. Nothing but its owner ever changes.
interface IDataset is IRegistryEntry {
    /// @notice Returns the name, for people.
    function m_datasetName() external view returns (string memory);

    /// @notice Returns the address of the encrypted content.
    function m_datasetMultiaddr() external view returns (bytes memory);

    /// @notice Returns the hash of the encrypted content.
    function m_datasetChecksum() external view returns (bytes32);
}
