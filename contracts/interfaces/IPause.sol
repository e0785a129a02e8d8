// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IPause
/// @notice The emergency stop. It closes the ways into the hub (deposits, and orders that would become deals) and
/// nothing else: withdrawals, transfers, order cancellations, tasks of deals that exist, claims and upgrades go on.
interface IPause {
    /// @notice Emitted when the owner named another guardian.
    event GuardianChanged(address indexed previousGuardian, address indexed newGuardian);

    /// @notice Emitted when `account`, the guardian or the owner, closed the ways in.
    event Paused(address account);

    /// @notice Emitted when `account`, the owner, opened the ways in again.
    event Unpaused(address account);

    /// @notice Deposits and new deals are paused.
    /// @custom:fix Wait until the owner unpauses the hub; withdrawals, tasks of deals that exist and claims go on.
    error EntryPaused();

    /// @notice Only the guardian and the owner may pause.
    /// @custom:fix Send it from `guardian`, or from `owner`.
    error CallerMayNotPause(address caller, address guardian, address owner);

    /// @notice Pauses deposits and new deals. Does nothing where they are paused. Guardian or owner only.
    function pause() external;

    /// @notice Ends the pause. Does nothing where there is none. Owner only: a guardian whose key was stolen can delay
    /// business, and the owner ends that with {setGuardian} and this.
    function unpause() external;

    /// @notice Names the account that may pause besides the owner; zero for none. A pause stays. Owner only.
    function setGuardian(address newGuardian) external;

    /// @notice Whether deposits and new deals are paused.
    function paused() external view returns (bool);

    /// @notice The account that may pause besides the owner, or zero.
    function guardian() external view returns (address);
}
