// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAppRegistry} from "../interfaces/IAppRegistry.sol";
import {App} from "./App.sol";
import {AppCodec} from "./AppCodec.sol";
import {Registry} from "./Registry.sol";

/// @title AppRegistry
/// @dev The only constructor argument is the owner, so that the registry can have the same address on every chain.
contract AppRegistry is IAppRegistry, Registry {
    constructor(
        address initialOwner
    ) Registry(address(new App(this)), "iExec Application Registry (V5)", "iExecAppsV5", initialOwner) {}

    /// @inheritdoc IAppRegistry
    function createApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external returns (address) {
        return _create(_appOwner, AppCodec.encode(_appName, _appType, _appMultiaddr, _appChecksum, _appMREnclave));
    }

    /// @inheritdoc IAppRegistry
    function predictApp(
        address _appOwner,
        string calldata _appName,
        string calldata _appType,
        bytes calldata _appMultiaddr,
        bytes32 _appChecksum,
        bytes calldata _appMREnclave
    ) external view returns (address) {
        return _predict(_appOwner, AppCodec.encode(_appName, _appType, _appMultiaddr, _appChecksum, _appMREnclave));
    }
}
