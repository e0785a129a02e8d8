// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IEscrowMoves} from "./IEscrowMoves.sol";

/// @title IEscrow
/// @notice Deposits and withdrawals of RLC where it is an ERC-20 token. Amounts are in nRLC.
interface IEscrow is IEscrowMoves {
    /// @notice Only the RLC token itself may report an approval.
    /// @custom:fix Do not call this yourself: call `approveAndCall` on the RLC token.
    error CallerIsNotTheToken(address caller, address token);

    /// @notice The RLC token did not move `amount`. For a deposit, `from` holds less, or approved the hub for less.
    /// @custom:fix Have `from` approve the hub for `amount` on the RLC token and hold at least `amount`.
    error TokenNotMoved(address from, address to, uint256 amount);

    /// @notice The token address of the hub does not answer `balanceOf`: it is not an ERC-20 token.
    /// @custom:fix Report it to the owner of the hub: the hub was set up with the address of another contract.
    error TokenNotAnswering(address token);

    /// @notice After the deposit the hub would hold `held`, but the supply of SRLC would be `supply`: the token
    /// moved less than the hub requested, for example because it takes a fee.
    /// @custom:fix Use a hub whose token moves the exact amount, as RLC does.
    error SupplyNotBacked(uint256 held, uint256 supply);

    /// @notice The data of an approval may only be a call of {IMatching-matchOrders}, but it calls `selector`.
    /// @custom:fix Send no data, or the calldata of `matchOrders`.
    error UnsupportedOperation(bytes4 selector);

    /// @notice The data of the approval is not a complete call of {IMatching-matchOrders}.
    /// @custom:fix Encode a complete call of `matchOrders`, with all four orders.
    error OperationFailed();

    /// @notice The account that approves may only match a request order of its own.
    /// @custom:fix Approve from the account that the request order names as its requester.
    error CallerIsNotTheRequester();

    /// @notice Takes `amount` RLC, which the caller approved, and credits the caller.
    function deposit(uint256 amount) external returns (bool);

    /// @notice Takes `amount` RLC from the caller and credits `target`.
    function depositFor(uint256 amount, address target) external returns (bool);

    /// @notice Does {depositFor} for many targets at once.
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external returns (bool);

    /// @notice Pays `amount` RLC out to the caller.
    function withdraw(uint256 amount) external returns (bool);

    /// @notice Pays `amount` RLC of the caller out to `target`.
    function withdrawTo(uint256 amount, address target) external returns (bool);

    /// @notice Credits the owner with the RLC that the hub holds beyond the supply, and returns that amount. Owner
    /// only.
    function recover() external returns (uint256);

    /// @notice Deposits `amount` for `sender`, then runs `data`. The RLC token calls this after `approveAndCall`.
    /// `data` must be empty, or the calldata of {IMatching-matchOrders} with `sender` as the requester; if the match
    /// reverts, the whole call reverts.
    function receiveApproval(
        address sender,
        uint256 amount,
        address token,
        bytes calldata data
    ) external returns (bool);
}
