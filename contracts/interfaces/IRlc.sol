// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @title IRlc
/// @notice RLC for development, on chains that have none. Everyone can create it, so it is worth nothing.
/// @dev The token has 9 decimals: amounts are in nRLC.
interface IRlc is IERC20, IERC20Metadata {
    /// @notice The amount exceeds the limit of the faucet per call.
    /// @param amount The requested amount, in nRLC.
    /// @param limit The largest amount per call, in nRLC.
    /// @custom:fix Request at most `limit` per call; the number of calls is not limited.
    error FaucetLimitExceeded(uint256 amount, uint256 limit);

    /// @notice The spender did not accept the approval: it has no code, did not answer true, or reverted without a
    /// reason.
    /// @custom:fix Pass a contract that implements `receiveApproval` and answers true.
    error ApprovalNotAccepted(address spender);

    /// @notice Creates tokens for the caller.
    /// @param amount The amount in nRLC; at most {faucetLimit} per call.
    function faucet(uint256 amount) external;

    /// @notice Approves a contract and notifies it, in one transaction.
    /// @dev Calls {ITokenSpender-receiveApproval}. Passes on the reason with which the contract reverts.
    /// @param spender The contract to approve and call.
    /// @param amount The allowance, in nRLC.
    /// @param data Data for the contract, in a format that the contract defines.
    /// @return True.
    function approveAndCall(address spender, uint256 amount, bytes calldata data) external returns (bool);

    /// @notice Returns the largest amount of {faucet} per call, in nRLC.
    function faucetLimit() external view returns (uint256);
}
