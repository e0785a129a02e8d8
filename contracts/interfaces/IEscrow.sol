// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEscrowMoves} from "./IEscrowMoves.sol";

/// @title IEscrow
/// @notice How RLC, an ERC-20 here, becomes SRLC and back. Amounts in nRLC.
interface IEscrow is IEscrowMoves {
    /// @notice Only the RLC token itself may report an approval.
    /// @custom:fix Do not call this yourself: call `approveAndCall` on the RLC token.
    error CallerIsNotTheToken(address caller, address token);

    /// @notice The RLC token did not move `amount` nRLC. To deposit: `from` has less, or did not approve the hub for as
    /// much.
    /// @custom:fix Have `from` approve the hub for `amount` on the RLC token, and hold as much.
    error TokenNotMoved(address from, address to, uint256 amount);

    /// @notice The RLC token does not tell what the hub has: it is no token.
    /// @custom:fix Report it to the owner of the hub, which was set up with another address than that of a token.
    error TokenNotAnswering(address token);

    /// @notice The hub would hold less RLC, `held`, than there is SRLC, `supply`: the token moved less than it was told
    /// to, for a fee perhaps.
    /// @custom:fix Use a hub whose token moves what it is told to move, as RLC does.
    error SupplyNotBacked(uint256 held, uint256 supply);

    /// @notice Data that comes with an approval may only be a call of {IMatching-matchOrders}, not of `selector`.
    /// @custom:fix Send no data, or the calldata of `matchOrders`.
    error UnsupportedOperation(bytes4 selector);

    /// @notice The data that came with an approval is no complete call of {IMatching-matchOrders}.
    /// @custom:fix Encode a complete call of `matchOrders`, with all four orders.
    error OperationFailed();

    /// @notice Who approves may only match orders that it requests itself.
    /// @custom:fix Approve from the account that the request order names as its requester.
    error CallerIsNotTheRequester();

    /// @notice Takes `amount` RLC, which the caller approved, and credits the caller.
    function deposit(uint256 amount) external returns (bool);

    /// @notice Takes `amount` RLC from the caller and credits `target`.
    function depositFor(uint256 amount, address target) external returns (bool);

    /// @notice {depositFor}, many at once.
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external returns (bool);

    /// @notice Pays `amount` RLC out to the caller.
    function withdraw(uint256 amount) external returns (bool);

    /// @notice Pays `amount` RLC of the caller out to `target`.
    function withdrawTo(uint256 amount, address target) external returns (bool);

    /// @notice Credits the owner with the RLC that the hub holds beyond the supply. Owner only. Returns how much.
    function recover() external returns (uint256);

    /// @notice Called by the RLC token after `approveAndCall`: deposits `amount` for `sender`, then runs `data`, if
    /// any, which must be the calldata of {IMatching-matchOrders} with `sender` as the requester. What is rejected
    /// inside is rejected whole.
    function receiveApproval(
        address sender,
        uint256 amount,
        address token,
        bytes calldata data
    ) external returns (bool);
}
