// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IEscrowMoves} from "./IEscrowMoves.sol";

/// @title INativeEscrow
/// @notice How RLC, the chain's own coin here, becomes SRLC and back. Amounts in nRLC; 1 nRLC is 1e9 wei. Dust below 1
/// nRLC goes back to the caller. A plain transfer of coins is a deposit.
interface INativeEscrow is IEscrowMoves {
    /// @notice The amounts, `needed` wei in all, are more than the `sent` wei.
    /// @custom:fix Send at least `needed` wei with the call.
    error ValueTooSmall(uint256 sent, uint256 needed);

    /// @notice `target` does not take `value` wei.
    /// @custom:fix Withdraw to an account that accepts coins, or send a whole number of nRLC so that nothing has to go
    /// back.
    error CoinTransferFailed(address target, uint256 value);

    /// @notice Credits the caller with the coins that come along.
    function deposit() external payable returns (bool);

    /// @notice Credits `target` with the coins that come along.
    function depositFor(address target) external payable returns (bool);

    /// @notice Credits each target with its amount, out of the coins that come along. What is left goes back to the
    /// caller.
    function depositForArray(uint256[] calldata amounts, address[] calldata targets) external payable returns (bool);

    /// @notice Pays `amount` nRLC out to the caller, in coins.
    function withdraw(uint256 amount) external returns (bool);

    /// @notice Pays `amount` nRLC of the caller out to `target`, in coins.
    function withdrawTo(uint256 amount, address target) external returns (bool);

    /// @notice Credits the owner with the coins that the hub holds beyond the supply. Owner only. Returns how much, in
    /// nRLC.
    function recover() external returns (uint256);

    /// @notice A plain transfer of coins: credits the caller.
    receive() external payable;
}
