// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

/// @title IRlc
/// @notice RLC for chains that have none: a token for development, free for everyone. It is worth nothing.
/// @dev 9 decimals: amounts are in nRLC.
interface IRlc is IERC20, IERC20Metadata {
    /// @notice The faucet gives no more than this at once.
    /// @param amount The amount asked for, in nRLC.
    /// @param limit The largest amount per call, in nRLC.
    /// @custom:fix Ask for at most `limit` at once, and as often as you like.
    error FaucetLimitExceeded(uint256 amount, uint256 limit);

    /// @notice The contract to approve and call did not accept: it has no code, it answered no, or it failed without
    /// saying why.
    /// @custom:fix Name a contract that implements `receiveApproval` and answers true.
    error ApprovalNotAccepted(address spender);

    /// @notice Gives the caller new tokens.
    /// @param amount How much, in nRLC; at most {faucetLimit} per call.
    function faucet(uint256 amount) external;

    /// @notice Approves a contract and tells it so, in one transaction.
    /// @dev Calls {ITokenSpender-receiveApproval}. A reason given by the contract is passed on as it is.
    /// @param spender The contract.
    /// @param amount How much it may spend, in nRLC.
    /// @param data What the caller wants done, in the contract's own terms.
    /// @return True.
    function approveAndCall(address spender, uint256 amount, bytes calldata data) external returns (bool);

    /// @notice The most that {faucet} gives per call, in nRLC.
    function faucetLimit() external view returns (uint256);
}
