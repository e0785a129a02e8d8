// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IDataContracts
/// @notice What can go wrong where deals and results are kept as the code of contracts.
interface IDataContracts {
    /// @notice A deal's params, or a task's results and callback data together, take `length` bytes with what is kept
    /// beside them. A contract's code holds `maxLength` (EIP-170).
    /// @custom:fix Store the data elsewhere (IPFS, for example) and pass its address; `maxLength` bytes is all there is
    /// room for.
    error TooLongForCode(uint256 length, uint256 maxLength);

    /// @notice Data that is kept as code begins with a byte of flags, and this one has others than those that this code
    /// knows, `known`: a later version wrote it. The three highest bits are the version of the layout, zero so far.
    /// @custom:fix Upgrade whoever reads it (the hub's facets, or the TEE broker) to a version that knows this layout.
    error UnknownLayout(uint256 flags, uint256 known);

    /// @notice There is data under `name` already.
    /// @custom:fix Use what is there already: deals and results are written once.
    error NameTaken(bytes32 name);

    /// @notice The gas that the call had left, `available`, does not pay for keeping `length` bytes as code: 200 gas a
    /// byte, 32,000 for the contract and the rest of the call beside it.
    /// @custom:fix Send the transaction with a higher gas limit, or let the node estimate it.
    error CodeGasMissing(uint256 available, uint256 length);
}
