// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {IRegistry} from "../interfaces/IRegistry.sol";
import {IRegistryEntry} from "../interfaces/IRegistryEntry.sol";

/// @title RegistryEntry
/// @dev The common part of all assets. It is deployed once per registry; the assets are clones of it, with their fields
/// in their code. Calls the {IRegistry} that created it, with staticcall: our own code.
abstract contract RegistryEntry is IRegistryEntry {
    IRegistry private immutable REGISTRY;

    constructor(IRegistry registry_) {
        REGISTRY = registry_;
    }

    /// @inheritdoc IRegistryEntry
    function owner() public view returns (address) {
        return REGISTRY.ownerOf(uint256(uint160(address(this))));
    }

    /// @inheritdoc IRegistryEntry
    function registry() public view returns (IRegistry) {
        return REGISTRY;
    }

    /// @dev Returns the packed fields of this asset.
    function _fields() internal view returns (bytes memory) {
        return Clones.fetchCloneArgs(address(this));
    }
}
