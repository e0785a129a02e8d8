// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOracleConsumer} from "../../contracts/interfaces/external/IOracleConsumer.sol";

/// @dev Makes a call of its own while it is told.
contract ReenteringConsumer is IOracleConsumer {
    bytes private _call;
    bool public called;
    bool public success;
    bytes public answer;

    function plan(bytes calldata call_) external {
        _call = call_;
    }

    function receiveResult(bytes32, bytes calldata) external {
        called = true;
        (success, answer) = msg.sender.call(_call);
    }
}
