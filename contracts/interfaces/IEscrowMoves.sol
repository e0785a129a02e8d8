// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IEscrowMoves
/// @notice The four moves of the books, in nRLC. `ref` is the task id.
interface IEscrowMoves {
    /// @notice Emitted when part of an account's balance is set aside for the work it committed to.
    /// @dev The amount leaves `balanceOf(owner)` and joins `frozenOf(owner)`.
    event Lock(address owner, uint256 amount);

    /// @notice Emitted when what was set aside comes back.
    event Unlock(address owner, uint256 amount);

    /// @notice Emitted when an account is paid for a task.
    event Reward(address owner, uint256 amount, bytes32 ref);

    /// @notice Emitted when an account pays for a task, or loses a stake, out of what was set aside.
    event Seize(address owner, uint256 amount, bytes32 ref);

    /// @notice So many amounts do not go with so many targets.
    /// @custom:fix Pass exactly one target for each amount.
    error AmountsMismatch(uint256 amounts, uint256 targets);

    /// @notice `amount` more SRLC would not fit; `available` would.
    /// @custom:fix Deposit at most `available`.
    error SupplyTooLarge(uint256 amount, uint256 available);

    /// @notice Less is frozen for `account` than has to be taken. Does not happen as long as the laws of the books
    /// hold.
    /// @custom:fix Report it: no sequence of calls should lead here.
    error InsufficientFrozen(address account, uint256 frozen, uint256 amount);
}
