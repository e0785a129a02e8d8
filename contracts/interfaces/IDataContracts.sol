// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IDataContracts
/// @notice Errors of storing deals and results as the code of contracts.
interface IDataContracts {
    /// @notice The deal with its params, or the results and callback data of a task together, have `length` bytes. The
    /// code of a contract holds at most `maxLength` (EIP-170).
    /// @custom:fix Store the data elsewhere, for example on IPFS, and pass its address: at most `maxLength` bytes fit.
    error TooLongForCode(uint256 length, uint256 maxLength);

    /// @notice The stored data begins with a byte `flags` that has other bits than those in `known`: a later version of
    /// the code wrote it. The three highest bits are the version of the layout, zero so far.
    /// @custom:fix Upgrade the reader (the hub's facets, or the TEE broker) to a version that knows this layout.
    error UnknownLayout(uint256 flags, uint256 known);

    /// @notice Data is stored under `name` already.
    /// @custom:fix Use the stored data: deals and results are written once.
    error NameTaken(bytes32 name);

    /// @notice The `available` gas does not suffice to store `length` bytes as code: 200 gas per byte and 32,000 for
    /// the contract, besides the rest of the call.
    /// @custom:fix Send the transaction with a higher gas limit, or let the node estimate it.
    error CodeGasMissing(uint256 available, uint256 length);
}
