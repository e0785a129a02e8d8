// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IOwnership
/// @notice The owner, who may change settings and upgrade (ERC-173, in two steps).
interface IOwnership {
    /// @notice Emitted when `newOwner` is invited. It becomes the owner once it accepts.
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);

    /// @notice Emitted when `newOwner` becomes the owner.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice The caller is not the owner.
    /// @custom:fix Send it from `owner`.
    error CallerIsNotTheOwner(address caller, address owner);

    /// @notice The caller is not the account that was invited with {transferOwnership}.
    /// @custom:fix Send it from `pendingOwner`, or have the owner invite the caller with `transferOwnership`.
    error CallerIsNotThePendingOwner(address caller, address pendingOwner);

    /// @notice The owner cannot be zero: the hub could never be upgraded.
    /// @custom:fix Pass the account of the owner.
    error OwnerIsZero();

    /// @notice Returns the account that may change settings and upgrade.
    function owner() external view returns (address);

    /// @notice Returns the account that is invited to be the next owner, or zero.
    function pendingOwner() external view returns (address);

    /// @notice Invites `newOwner` (zero withdraws the invitation). Owner only.
    function transferOwnership(address newOwner) external;

    /// @notice Makes the caller, which must be invited, the owner.
    function acceptOwnership() external;
}
