// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// @notice The status of a worker's contribution to a task.
/// @custom:value0 UNSET No contribution.
/// @custom:value1 CONTRIBUTED The worker committed to a result and has not revealed it.
/// @custom:value2 PROVED The worker revealed the result that won.
/// @custom:value3 REJECTED The consensus of the contribution was reopened because nobody revealed.
enum ContributionStatus {
    UNSET,
    CONTRIBUTED,
    PROVED,
    REJECTED
}

/// @notice The contribution of one worker. `weight` is floor(log2) of the worker's weight.
struct Contribution {
    ContributionStatus status;
    bytes32 resultHash;
    bytes32 resultSeal;
    address enclaveChallenge;
    uint256 weight;
}
