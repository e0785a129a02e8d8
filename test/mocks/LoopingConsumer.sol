// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOracleConsumer} from "../../contracts/interfaces/external/IOracleConsumer.sol";

/// @dev Loops until no gas is left: an estimate that refuses calls within that run out of gas never comes to an end.
contract LoopingConsumer is IOracleConsumer {
    uint256 public told;

    function receiveResult(bytes32, bytes calldata) external {
        for (;;) ++told;
    }
}
