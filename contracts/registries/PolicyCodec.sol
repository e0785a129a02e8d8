// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev What a worker stakes, in percent of the price, until the workerpool's owner says otherwise.
uint256 constant DEFAULT_WORKER_STAKE_RATIO = 30;

/// @dev What the scheduler keeps of the reward, in percent, until the workerpool's owner says otherwise.
uint256 constant DEFAULT_SCHEDULER_REWARD_RATIO = 1;

/// @dev The scheduler cannot keep more than the whole reward, in percent.
uint256 constant MAX_SCHEDULER_REWARD_RATIO = 100;

/// @dev Stands for all stake ratios from here on. They may be any uint256; the few that do not fit are kept elsewhere.
uint40 constant WIDE_STAKE_RATIO = type(uint40).max;

/// @title PolicyCodec
/// @dev A workerpool's policy in the 48 bits of a {Holding}'s terms:
///
///     47                   40 39                                0
///     +----------------------+----------------------------------+
///     | schedulerRewardRatio | workerStakeRatio, or WIDE        |
///     +----------------------+----------------------------------+
///
/// all of it exclusive-ored with the default policy, which therefore is zero: to create a workerpool writes none.
library PolicyCodec {
    uint48 private constant DEFAULT_POLICY = uint48(
        (DEFAULT_SCHEDULER_REWARD_RATIO << 40) | DEFAULT_WORKER_STAKE_RATIO
    );

    function encode(uint256 workerStakeRatio, uint8 schedulerRewardRatio) internal pure returns (uint48 terms) {
        uint40 narrow = uint40(Math.min(workerStakeRatio, WIDE_STAKE_RATIO));
        return ((uint48(schedulerRewardRatio) << 40) | narrow) ^ DEFAULT_POLICY;
    }

    /// @dev `workerStakeRatio` is WIDE_STAKE_RATIO for all that do not fit.
    function decode(uint48 terms) internal pure returns (uint40 workerStakeRatio, uint8 schedulerRewardRatio) {
        uint48 policy = terms ^ DEFAULT_POLICY;
        return (uint40(policy), uint8(policy >> 40));
    }
}
