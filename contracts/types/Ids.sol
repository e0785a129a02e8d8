// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @notice The id of a deal: keccak256(hash of the request order ‖ volume of that order that was used before), 32 + 32
/// bytes.
type DealId is bytes32;

/// @notice The id of a task: keccak256(deal id ‖ index), 32 + 32 bytes.
type TaskId is bytes32;

using {taskAt} for DealId global;

/// @dev Returns the id of the deal that a request order makes when `consumedBefore` of its volume is used.
function dealIdOf(bytes32 requestHash, uint256 consumedBefore) pure returns (DealId) {
    return DealId.wrap(Hashes.efficientKeccak256(requestHash, bytes32(consumedBefore)));
}

/// @dev Returns the id of the task of deal `self` with the given index.
function taskAt(DealId self, uint256 index) pure returns (TaskId) {
    return TaskId.wrap(Hashes.efficientKeccak256(DealId.unwrap(self), bytes32(index)));
}
