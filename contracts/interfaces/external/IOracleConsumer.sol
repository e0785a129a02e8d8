// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @title IOracleConsumer
/// @notice A receiver of results (EIP-1154).
interface IOracleConsumer {
    /// @notice Receives the result of the task `id`. The hub calls this once.
    function receiveResult(bytes32 id, bytes calldata result) external;
}
