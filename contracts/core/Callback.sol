// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {settings} from "./Settings.sol";
import {IOracleConsumer} from "../interfaces/external/IOracleConsumer.sol";
import {ITasks} from "../interfaces/ITasks.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Callback
/// @dev Notifies the callback contract of a deal of a result (EIP-1154). Calls an unknown contract: always last, with a
/// fixed amount of gas, without reading or copying the answer, and ignoring failure.
library Callback {
    /// @dev An upper bound of the gas spent between reading `gasleft` and entering the callee: 100 for calling a warm
    /// account, its arguments and a jump.
    uint256 private constant CALL_COST = 500;

    /// @dev Sends the result to `target`, if it has code, with the gas that the settings give callbacks. Reverts where
    /// less gas is left: otherwise the sender of the transaction could make the callback fail and the task succeed by
    /// sending too little gas.
    function notify(address target, TaskId taskId, bytes calldata resultsCallback) internal {
        // Most deals have no callback, and reading the code size of the zero address would cost 2,600 gas.
        if (target == address(0) || target.code.length == 0) return;
        uint256 gasLimit = settings().callbackGas;

        bytes memory data = abi.encodeCall(IOracleConsumer.receiveResult, (TaskId.unwrap(taskId), resultsCallback));
        // A call passes on at most 63/64 of the remaining gas (EIP-150).
        uint256 available = gasleft();
        uint256 needed = gasLimit + gasLimit / 63 + CALL_COST;
        require(available >= needed, ITasks.CallbackGasMissing(available, needed));

        // Safe: all state changes of this transaction are done, and the callee can do nothing here that it could not do
        // in a transaction of its own.
        assembly ("memory-safe") {
            pop(call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0))
        }
    }
}
