// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Account} from "../types/Accounts.sol";

/// @title IStakedRlc
/// @notice The hub as an ERC-20: SRLC, 9 decimals, backed one to one by the RLC that the hub holds. Amounts in nRLC.
/// @custom:fix-of ERC20InsufficientBalance Deposit RLC until the free balance covers `needed`; what is frozen does not
/// count.
/// @custom:fix-of ERC20InsufficientAllowance Have the holder approve `spender` for at least `needed`.
/// @custom:fix-of ERC20InvalidReceiver Name a receiver that is neither zero nor the hub: nobody could ever move it
/// again.
/// @custom:fix-of ERC20InvalidSender Send from an account other than zero.
/// @custom:fix-of ERC20InvalidApprover Approve from an account other than zero.
/// @custom:fix-of ERC20InvalidSpender Name a spender other than zero.
interface IStakedRlc is IERC20Metadata, IERC20Errors {
    /// @notice An allowance of `allowance` cannot grow by `added`.
    /// @custom:fix Set the allowance with `approve` instead.
    error AllowanceTooLarge(uint256 allowance, uint256 added);

    /// @notice The spender answered false to what it was called for.
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
