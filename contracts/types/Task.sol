// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {DealId} from "./Ids.sol";

/// @notice The status of a task.
/// @custom:value0 UNSET The task is not initialized.
/// @custom:value1 ACTIVE The task accepts contributions.
/// @custom:value2 REVEALING A consensus is reached, and its winners reveal.
/// @custom:value3 COMPLETED The task has a result, and everyone is paid.
/// @custom:value4 FAILED The task has no result, and everyone but the workerpool is refunded.
enum TaskStatus {
    UNSET,
    ACTIVE,
    REVEALING,
    COMPLETED,
    FAILED
}

/// @notice A unit of work of a deal. Times are in unix seconds; `timeref` is that of the category, in seconds.
/// `resultsTimestamp` is always zero: the time of the result is that of the block of {IConsensus-TaskFinalize}.
struct Task {
    TaskStatus status;
    DealId dealid;
    uint256 idx;
    uint256 timeref;
    uint256 contributionDeadline;
    uint256 revealDeadline;
    uint256 finalDeadline;
    bytes32 consensusValue;
    uint256 revealCounter;
    uint256 winnerCounter;
    address[] contributors;
    bytes32 resultDigest;
    bytes results;
    uint256 resultsTimestamp;
    bytes resultsCallback;
}
