// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "./IRegistry.sol";

/// @title IAppRegistry
/// @notice Creates apps, at addresses that follow from their owner and fields.
interface IAppRegistry is IRegistry {
    /// @notice Creates an app. Anyone may create one for anyone.
    /// @param _appOwner Who gets it.
    /// @param _appName Its name, for people.
    /// @param _appType What it is packaged as, for example `DOCKER`.
    /// @param _appMultiaddr Where it is published.
    /// @param _appChecksum What the published package hashes to.
    /// @param _appMREnclave Which enclave it runs as; empty if in none.
    /// @return The app's address, which is also its token id.
    function createApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external returns (address);

    /// @notice Where {createApp} puts, or has put, the app with this owner and these fields.
    function predictApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external view returns (address);
}
