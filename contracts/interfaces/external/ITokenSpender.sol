// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title ITokenSpender
/// @notice A contract that a token calls right after a holder approved it with `approveAndCall`.
interface ITokenSpender {
    /// @notice Notifies the contract of an approval.
    /// @param sender The holder that approved the contract.
    /// @param amount The allowance, in the smallest unit of the token.
    /// @param token The token; the caller.
    /// @param data Data of `sender`, in a format that the contract defines.
    /// @return Whether the contract accepts.
    function receiveApproval(
        address sender,
        uint256 amount,
        address token,
        bytes calldata data
    ) external returns (bool);
}
