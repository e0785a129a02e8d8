// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Account} from "../types/Accounts.sol";

/// @title IStakedRlc
/// @notice The hub as an ERC-20: SRLC, 9 decimals, backed one to one by the RLC that the hub holds. Amounts in nRLC.
/// @custom:meaning-of ERC20InsufficientBalance `sender` has `balance` free to move, and `needed` is more.
/// @custom:fix-of ERC20InsufficientBalance Deposit RLC until the free balance covers `needed`; what is frozen does not
/// count.
/// @custom:meaning-of ERC20InsufficientAllowance `spender` may move `allowance` of the holder's, and `needed` is more.
/// @custom:fix-of ERC20InsufficientAllowance Have the holder approve `spender` for at least `needed`.
/// @custom:meaning-of ERC20InvalidReceiver `receiver` cannot hold SRLC of its own.
/// @custom:fix-of ERC20InvalidReceiver Name a receiver that is neither zero nor the hub: nobody could ever move it
/// again.
/// @custom:meaning-of ERC20InvalidSender `sender` has nothing to send.
/// @custom:fix-of ERC20InvalidSender Send from an account other than zero.
/// @custom:meaning-of ERC20InvalidApprover `approver` has nothing to approve.
/// @custom:fix-of ERC20InvalidApprover Approve from an account other than zero.
/// @custom:meaning-of ERC20InvalidSpender `spender` can spend nothing.
/// @custom:fix-of ERC20InvalidSpender Name a spender other than zero.
interface IStakedRlc is IERC20Metadata, IERC20Errors {
    /// @notice An allowance of `allowance` cannot grow by `added`.
    /// @custom:fix Set the allowance with `approve` instead.
    error AllowanceTooLarge(uint256 allowance, uint256 added);

    /// @notice The spender did not accept: it has no code, did not answer yes, or failed without saying why.
    /// @custom:fix Find out what `spender` accepts: it was asked and said no.
    error ApprovalRefused(address spender);

    /// @notice Allows `spender` to move `addedValue` more.
    function increaseAllowance(address spender, uint256 addedValue) external returns (bool);

    /// @notice Allows `spender` to move `subtractedValue` less.
    function decreaseAllowance(address spender, uint256 subtractedValue) external returns (bool);

    /// @notice Approves `spender` and calls its {ITokenSpender-receiveApproval} with `extraData`.
    function approveAndCall(address spender, uint256 value, bytes calldata extraData) external returns (bool);

    /// @notice What `account` has frozen for deals and tasks.
    function frozenOf(address account) external view returns (uint256);

    /// @notice What `account` has, free and frozen.
    function viewAccount(address account) external view returns (Account memory);
}
