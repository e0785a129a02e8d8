// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title ITokenSpender
/// @notice A contract that a token calls right after its holder approved the contract with `approveAndCall`.
interface ITokenSpender {
    /// @notice Tells the contract that it was approved.
    /// @param sender Who approved it.
    /// @param amount How much it may spend, in the token's smallest unit.
    /// @param token The token; the caller.
    /// @param data What `sender` wants done, in the contract's own terms.
    /// @return Whether the contract accepts.
    function receiveApproval(
        address sender,
        uint256 amount,
        address token,
        bytes calldata data
    ) external returns (bool);
}
