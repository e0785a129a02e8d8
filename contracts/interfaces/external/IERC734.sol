// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IERC734
/// @notice The part of ERC-734 (key manager) that restrictions use: an identity that lists the members of a group.
interface IERC734 {
    /// @notice Returns whether `key` is listed under `purpose`.
    function keyHasPurpose(bytes32 key, uint256 purpose) external view returns (bool);
}
