// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IApp} from "../interfaces/IApp.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {AppCodec, AppFields} from "./AppCodec.sol";
import {RegistryEntry} from "./RegistryEntry.sol";

/// @title App
/// @dev The implementation of all apps, which are clones of it.
contract App is IApp, RegistryEntry {
    constructor(IRegistry registry_) RegistryEntry(registry_) {}

    /// @inheritdoc IApp
    function m_appName() external view returns (string memory) {
        return _app().name;
    }

    /// @inheritdoc IApp
    function m_appType() external view returns (string memory) {
        return _app().appType;
    }

    /// @inheritdoc IApp
    function m_appMultiaddr() external view returns (bytes memory) {
        return _app().multiaddr;
    }

    /// @inheritdoc IApp
    function m_appChecksum() external view returns (bytes32) {
        return _app().checksum;
    }

    /// @inheritdoc IApp
    function m_appMREnclave() external view returns (bytes memory) {
        return _app().mrenclave;
    }

    function _app() private view returns (AppFields memory) {
        return AppCodec.decode(_fields());
    }
}
