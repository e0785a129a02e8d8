// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IPause
/// @notice The emergency stop. A pause stops deposits and new deals only; withdrawals, transfers, order cancellations,
/// tasks of existing deals, claims and upgrades go on.
interface IPause {
    /// @notice Emitted when the owner sets another guardian.
    event GuardianChanged(address indexed previousGuardian, address indexed newGuardian);

    /// @notice Emitted when `account`, the guardian or the owner, pauses the hub.
    event Paused(address account);

    /// @notice Emitted when `account`, the owner, unpauses the hub.
    event Unpaused(address account);

    /// @notice Deposits and new deals are paused.
    /// @custom:fix Wait until the owner unpauses the hub; withdrawals, tasks of existing deals and claims go on.
    error EntryPaused();

    /// @notice Only the guardian and the owner may pause.
    /// @custom:fix Send it from `guardian`, or from `owner`.
    error CallerMayNotPause(address caller, address guardian, address owner);

    /// @notice Pauses deposits and new deals. Does nothing if they are paused. Guardian or owner only.
    function pause() external;

    /// @notice Ends the pause. Does nothing if there is none. Owner only: where the guardian's key is stolen, the owner
    /// ends the abuse with {setGuardian} and this.
    function unpause() external;

    /// @notice Sets the guardian, the account that may pause besides the owner; zero for none. A running pause goes on.
    /// Owner only.
    function setGuardian(address newGuardian) external;

    /// @notice Returns whether deposits and new deals are paused.
    function paused() external view returns (bool);

    /// @notice Returns the guardian, the account that may pause besides the owner, or zero.
    function guardian() external view returns (address);
}
