// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IEscrowMoves
/// @notice The four moves of the escrow, in nRLC. `ref` is the task id.
interface IEscrowMoves {
    /// @notice Emitted when part of an account's balance is frozen for a deal or a task.
    /// @dev The amount leaves `balanceOf(owner)` and joins `frozenOf(owner)`.
    event Lock(address owner, uint256 amount);

    /// @notice Emitted when a frozen amount becomes free again.
    event Unlock(address owner, uint256 amount);

    /// @notice Emitted when an account is paid for a task.
    event Reward(address owner, uint256 amount, bytes32 ref);

    /// @notice Emitted when a frozen amount is taken from an account, as the price of a task or as a lost stake.
    event Seize(address owner, uint256 amount, bytes32 ref);

    /// @notice The call has `amounts` amounts and `targets` targets.
    /// @custom:fix Pass exactly one target for each amount.
    error AmountsMismatch(uint256 amounts, uint256 targets);

    /// @notice The supply of SRLC can grow by `available` at most, and `amount` is more.
    /// @custom:fix Deposit at most `available`.
    error SupplyTooLarge(uint256 amount, uint256 available);

    /// @notice `account` has only `frozen` frozen, and `amount` is to be taken. This cannot happen while the
    /// invariants of the ledger hold.
    /// @custom:fix Report it: no sequence of calls should lead here.
    error InsufficientFrozen(address account, uint256 frozen, uint256 amount);
}
