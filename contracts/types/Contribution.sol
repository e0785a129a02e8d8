// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @notice Where a worker's contribution to a task stands.
/// @custom:value0 UNSET None.
/// @custom:value1 CONTRIBUTED Committed to a result, not revealed.
/// @custom:value2 PROVED Revealed the result that won.
/// @custom:value3 REJECTED Lost: its consensus was reopened because nobody revealed.
enum ContributionStatus {
    UNSET,
    CONTRIBUTED,
    PROVED,
    REJECTED
}

/// @notice What one worker committed to. `weight` is floor(log2) of the worker's weight.
struct Contribution {
    ContributionStatus status;
    bytes32 resultHash;
    bytes32 resultSeal;
    address enclaveChallenge;
    uint256 weight;
}
