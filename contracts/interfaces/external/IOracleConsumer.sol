// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title IOracleConsumer
/// @notice Who receives results (EIP-1154).
interface IOracleConsumer {
    /// @notice Called once with the result of the task `id`.
    function receiveResult(bytes32 id, bytes calldata result) external;
}
