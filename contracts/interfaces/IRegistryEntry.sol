// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistry} from "./IRegistry.sol";

/// @title IRegistryEntry
/// @notice An asset. The holder of its token in the registry that created it owns the asset.
interface IRegistryEntry {
    /// @notice Returns the owner of the asset: the holder of its token.
    function owner() external view returns (address);

    /// @notice Returns the registry that created the asset.
    function registry() external view returns (IRegistry);
}
