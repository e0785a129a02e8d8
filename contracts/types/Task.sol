// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId} from "./Ids.sol";

/// @notice Where a task stands.
/// @custom:value0 UNSET Not initialized.
/// @custom:value1 ACTIVE Waits for contributions.
/// @custom:value2 REVEALING A consensus was reached, its winners reveal.
/// @custom:value3 COMPLETED Ended with a result, everyone paid.
/// @custom:value4 FAILED Ended without a result, everyone refunded but the workerpool.
enum TaskStatus {
    UNSET,
    ACTIVE,
    REVEALING,
    COMPLETED,
    FAILED
}

/// @notice One unit of work of a deal. Times in unix seconds; `timeref` is the category's, in seconds.
/// `resultsTimestamp` has never been filled in and stays zero: the time is that of the block of
/// {IConsensus-TaskFinalize}.
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
