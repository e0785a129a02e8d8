// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IOracleConsumer} from "../../contracts/interfaces/external/IOracleConsumer.sol";
import {ITasks} from "../../contracts/interfaces/ITasks.sol";
import {TaskId} from "../../contracts/types/Ids.sol";
import {TaskStatus} from "../../contracts/types/Task.sol";

/// @dev Remembers what it was told, with how much gas, and in what state it found the task.
contract RecordingConsumer is IOracleConsumer {
    uint256 public calls;
    uint256 public gasGiven;
    bytes32 public id;
    bytes public result;
    TaskStatus public status;
    bytes public resultSeen;

    event Told(bytes32 id);

    function receiveResult(bytes32 id_, bytes calldata result_) external {
        // What was spent on the way here, roughly: dispatch and arguments.
        gasGiven = gasleft();
        ++calls;
        id = id_;
        result = result_;
        status = ITasks(msg.sender).viewTask(TaskId.wrap(id_)).status;
        resultSeen = ITasks(msg.sender).resultFor(TaskId.wrap(id_));
        emit Told(id_);
    }
}
