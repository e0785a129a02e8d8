// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "./IRegistry.sol";

/// @title IRegistryEntry
/// @notice An asset: it is owned by whoever holds its token in the registry that created it.
interface IRegistryEntry {
    /// @notice Who holds the asset's token.
    function owner() external view returns (address);

    /// @notice The registry that created the asset.
    function registry() external view returns (IRegistry);
}
