// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistryEntry} from "./IRegistryEntry.sol";

/// @title IApp
/// @notice A program that can run on the machines of others. Nothing but its owner ever changes.
interface IApp is IRegistryEntry {
    /// @notice Returns the name, for people.
    function m_appName() external view returns (string memory);

    /// @notice Returns the type of the package, for example `DOCKER`.
    function m_appType() external view returns (string memory);

    /// @notice Returns the address of the published package.
    function m_appMultiaddr() external view returns (bytes memory);

    /// @notice Returns the hash of the published package.
    function m_appChecksum() external view returns (bytes32);

    /// @notice Returns the measurement of the enclave that it runs as; empty if none.
    function m_appMREnclave() external view returns (bytes memory);
}
