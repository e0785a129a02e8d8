// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {settings} from "./Settings.sol";
import {IOracleConsumer} from "../interfaces/external/IOracleConsumer.sol";
import {ITasks} from "../interfaces/ITasks.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Callback
/// @dev Tells a deal's contract the result (EIP-1154). Calls a stranger's contract: always last, with gas capped at
/// both ends, its answer neither read nor copied, its failure ignored.
library Callback {
    /// @dev What lies between the look at the gas and the callee, and more: 100 for a call of an account whose code was
    /// looked at before, its arguments and a jump.
    uint256 private constant CALL_COST = 500;

    /// @dev Sends the result to `target`, if it has code, with all the gas that the settings give callbacks. So much
    /// must be at hand: by giving the transaction too little, its sender could otherwise make the callback fail and the
    /// task succeed.
    function notify(address target, TaskId taskId, bytes calldata resultsCallback) internal {
        // Most deals have no callback: looking for code at zero would cost them 2,600 gas.
        if (target == address(0) || target.code.length == 0) return;
        uint256 gasLimit = settings().callbackGas;

        bytes memory data = abi.encodeCall(IOracleConsumer.receiveResult, (TaskId.unwrap(taskId), resultsCallback));
        // A call hands on at most 63/64 of the gas that is left (EIP-150).
        uint256 available = gasleft();
        uint256 needed = gasLimit + gasLimit / 63 + CALL_COST;
        require(available >= needed, ITasks.CallbackGasMissing(available, needed));

        // Safe: everything that this transaction changes is changed by now; whatever the callee does, it does as any
        // stranger could.
        assembly ("memory-safe") {
            pop(call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0))
        }
    }
}
