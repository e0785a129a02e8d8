// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Account} from "../types/Account.sol";

/// @title IStakedRlc
/// @notice The hub as an ERC-20 token, SRLC with 9 decimals, backed one to one by the RLC that the hub holds. Amounts
/// are in nRLC.
/// @custom:meaning-of ERC20InsufficientBalance `sender` has a free balance of `balance`, and `needed` is more.
/// @custom:fix-of ERC20InsufficientBalance Deposit RLC until the free balance covers `needed`; frozen amounts do not
/// count.
/// @custom:meaning-of ERC20InsufficientAllowance `spender` has an allowance of `allowance`, and `needed` is more.
/// @custom:fix-of ERC20InsufficientAllowance Have the holder approve `spender` for at least `needed`.
/// @custom:meaning-of ERC20InvalidReceiver `receiver` is zero or the hub, which cannot hold SRLC of their own.
/// @custom:fix-of ERC20InvalidReceiver Pass a receiver that is neither zero nor the hub: nobody could ever move the
/// SRLC again.
/// @custom:meaning-of ERC20InvalidSender `sender` is the zero address.
/// @custom:fix-of ERC20InvalidSender Send from an account other than zero.
/// @custom:meaning-of ERC20InvalidApprover `approver` is the zero address.
/// @custom:fix-of ERC20InvalidApprover Approve from an account other than zero.
/// @custom:meaning-of ERC20InvalidSpender `spender` is the zero address.
/// @custom:fix-of ERC20InvalidSpender Name a spender other than zero.
interface IStakedRlc is IERC20Metadata, IERC20Errors {
    /// @notice The allowance `allowance` plus `added` does not fit 256 bits.
    /// @custom:fix Set the allowance with `approve` instead.
    error AllowanceTooLarge(uint256 allowance, uint256 added);

    /// @notice The spender did not accept the approval: it has no code, did not answer true, or reverted without a
    /// reason.
    /// @custom:fix Check that `spender` implements `receiveApproval`, and which data it accepts.
    error ApprovalRefused(address spender);

    /// @notice Raises the allowance of `spender` by `addedValue`.
    function increaseAllowance(address spender, uint256 addedValue) external returns (bool);

    /// @notice Lowers the allowance of `spender` by `subtractedValue`.
    function decreaseAllowance(address spender, uint256 subtractedValue) external returns (bool);

    /// @notice Approves `spender` and calls its {ITokenSpender-receiveApproval} with `extraData`.
    function approveAndCall(address spender, uint256 value, bytes calldata extraData) external returns (bool);

    /// @notice Returns the amount that `account` has frozen for deals and tasks.
    function frozenOf(address account) external view returns (uint256);

    /// @notice Returns the free and frozen amounts of `account`.
    function viewAccount(address account) external view returns (Account memory);
}
