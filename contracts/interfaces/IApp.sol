// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistryEntry} from "./IRegistryEntry.sol";

/// @title IApp
/// @notice A program that can be run on other people's machines. Only its owner ever changes.
interface IApp is IRegistryEntry {
    /// @notice Its name, for people.
    function m_appName() external view returns (string memory);

    /// @notice What it is packaged as, for example `DOCKER`.
    function m_appType() external view returns (string memory);

    /// @notice Where it is published.
    function m_appMultiaddr() external view returns (bytes memory);

    /// @notice What the published package hashes to.
    function m_appChecksum() external view returns (bytes32);

    /// @notice Which enclave it runs as; empty if in none.
    function m_appMREnclave() external view returns (bytes memory);
}
