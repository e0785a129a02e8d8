// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOracleConsumer} from "../../contracts/interfaces/external/IOracleConsumer.sol";

/// @dev Has a call of its own use up its gas, and ends well with what is left.
contract NestedLoopingConsumer is IOracleConsumer {
    function loop() external pure {
        for (;;) {}
    }

    function receiveResult(bytes32, bytes calldata) external view {
        // Safe: it calls itself.
        try this.loop() {} catch {} // solhint-disable-line no-empty-blocks
    }
}
