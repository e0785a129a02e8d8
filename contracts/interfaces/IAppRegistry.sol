// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistry} from "./IRegistry.sol";

/// @title IAppRegistry
/// @notice A registry of apps, whose addresses follow from owner and fields.
interface IAppRegistry is IRegistry {
    /// @notice Creates an app. Anyone may create an app for anyone.
    /// @param _appOwner The owner of the new app.
    /// @param _appName The name, for people.
    /// @param _appType The type of the package, for example `DOCKER`.
    /// @param _appMultiaddr The address of the published package.
    /// @param _appChecksum The hash of the published package.
    /// @param _appMREnclave The measurement of the enclave that it runs as; empty if none.
    /// @return The app's address, which is also its token id.
    function createApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external returns (address);

    /// @notice Returns the address of the app with this owner and these fields, whether it exists or not.
    function predictApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external view returns (address);
}
