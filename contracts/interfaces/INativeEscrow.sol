// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IEscrowMoves} from "./IEscrowMoves.sol";

/// @title INativeEscrow
/// @notice Deposits and withdrawals of RLC where it is the native coin of the chain. Amounts are in nRLC; 1 nRLC is 1e9
/// wei. A remainder below 1 nRLC is returned to the caller. A plain transfer of coins is a deposit.
interface INativeEscrow is IEscrowMoves {
    /// @notice The amounts add up to `needed` wei, but only `sent` wei were sent.
    /// @custom:fix Send at least `needed` wei with the call.
    error ValueTooSmall(uint256 sent, uint256 needed);

    /// @notice `target` rejected a transfer of `value` wei.
    /// @custom:fix Withdraw to an account that accepts coins, or deposit a whole number of nRLC so that nothing has to
    /// be returned.
    error CoinTransferFailed(address target, uint256 value);

    /// @notice Credits the caller with the coins that are sent.
    function deposit() external payable returns (bool);

    /// @notice Credits `target` with the coins that are sent.
    function depositFor(address target) external payable returns (bool);

    /// @notice Credits each target with its amount out of the coins that are sent, and returns the rest to the caller.
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external payable returns (bool);

    /// @notice Pays `amount` nRLC out to the caller, in coins.
    function withdraw(uint256 amount) external returns (bool);

    /// @notice Pays `amount` nRLC of the caller out to `target`, in coins.
    function withdrawTo(uint256 amount, address target) external returns (bool);

    /// @notice Credits the owner with the coins that the hub holds beyond the supply, and returns that amount in nRLC.
    /// Owner only.
    function recover() external returns (uint256);

    /// @notice Credits the sender of a plain transfer of coins.
    receive() external payable;
}
