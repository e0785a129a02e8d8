// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IOwnership
/// @notice Who may change settings and upgrade (ERC-173, in two steps).
interface IOwnership {
    /// @notice Emitted when `newOwner` was invited. It becomes the owner once it accepts.
    event OwnershipTransferStarted(address indexed previousOwner, address indexed newOwner);

    /// @notice Emitted when the ownership moved.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Only the owner may do this.
    /// @custom:fix Send it from `owner`.
    error CallerIsNotTheOwner(address caller, address owner);

    /// @notice Only the account invited with {transferOwnership} may accept.
    /// @custom:fix Send it from `pendingOwner`, or have the owner invite the caller with `transferOwnership`.
    error CallerIsNotThePendingOwner(address caller, address pendingOwner);

    /// @notice A hub without an owner could never be upgraded.
    /// @custom:fix Name an account that somebody has the key of.
    error OwnerIsZero();

    /// @notice The account that may change settings and upgrade.
    function owner() external view returns (address);

    /// @notice The account that was invited to be the next owner, or zero.
    function pendingOwner() external view returns (address);

    /// @notice Invites `newOwner` (zero withdraws the invitation). Owner only.
    function transferOwnership(address newOwner) external;

    /// @notice Makes the caller, who must be invited, the owner.
    function acceptOwnership() external;
}
