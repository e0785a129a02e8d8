// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev The default stake of a worker, in percent of the price.
uint256 constant DEFAULT_WORKER_STAKE_RATIO = 30;

/// @dev The default share of the scheduler in the reward, in percent.
uint256 constant DEFAULT_SCHEDULER_REWARD_RATIO = 1;

/// @dev The greatest share of the scheduler in the reward, in percent.
uint256 constant MAX_SCHEDULER_REWARD_RATIO = 100;

/// @dev Marks a stake ratio that does not fit, which the registry stores elsewhere: ratios may be any uint256.
uint40 constant WIDE_STAKE_RATIO = type(uint40).max;

/// @title PolicyCodec
/// @dev The policy of a workerpool in the 48 bits of the terms of a {Holding}:
///
///     47                   40 39                                0
///     +----------------------+----------------------------------+
///     | schedulerRewardRatio | workerStakeRatio, or WIDE        |
///     +----------------------+----------------------------------+
///
/// combined by exclusive or with the default policy, which is thereby encoded as zero, so that creating a workerpool
/// does not write it.
library PolicyCodec {
    uint48 private constant DEFAULT_POLICY = uint48(
        (DEFAULT_SCHEDULER_REWARD_RATIO << 40) | DEFAULT_WORKER_STAKE_RATIO
    );

    function encode(uint256 workerStakeRatio, uint8 schedulerRewardRatio) internal pure returns (uint48 terms) {
        uint40 narrow = uint40(Math.min(workerStakeRatio, WIDE_STAKE_RATIO));
        return ((uint48(schedulerRewardRatio) << 40) | narrow) ^ DEFAULT_POLICY;
    }

    /// @dev `workerStakeRatio` is WIDE_STAKE_RATIO for ratios that do not fit.
    function decode(uint48 terms) internal pure returns (uint40 workerStakeRatio, uint8 schedulerRewardRatio) {
        uint48 policy = terms ^ DEFAULT_POLICY;
        return (uint40(policy), uint8(policy >> 40));
    }
}
