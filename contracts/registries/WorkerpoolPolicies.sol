// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

using WorkerpoolPoliciesLib for WorkerpoolPolicies global;

/// @dev What a worker stakes, in percent of the price, until the workerpool's owner says otherwise.
uint256 constant DEFAULT_WORKER_STAKE_RATIO = 30;

/// @dev What the scheduler keeps of the reward, in percent, until the workerpool's owner says otherwise.
uint256 constant DEFAULT_SCHEDULER_REWARD_RATIO = 1;

/// @dev The scheduler cannot keep more than the whole reward, in percent.
uint256 constant MAX_SCHEDULER_REWARD_RATIO = 100;

/// @dev A policy that was changed, in one slot: 1 + 1 + 1 + 29. An unset slot is the default policy, so creating a
/// workerpool writes none.
struct PackedPolicy {
    bool isSet;
    bool isWide;
    uint8 schedulerRewardRatio;
    uint232 workerStakeRatio;
}

/// @dev The policies of all workerpools. A stake ratio may be any number; the few that do not fit beside the rest go to
/// `wideStakeRatios`, whole.
struct WorkerpoolPolicies {
    mapping(address workerpool => PackedPolicy policy) packed;
    mapping(address workerpool => uint256 workerStakeRatio) wideStakeRatios;
}

/// @title WorkerpoolPoliciesLib
library WorkerpoolPoliciesLib {
    function set(
        WorkerpoolPolicies storage self,
        address workerpool,
        uint256 workerStakeRatio,
        uint8 schedulerRewardRatio
    ) internal {
        bool isWide = workerStakeRatio > type(uint232).max;

        self.packed[workerpool] = PackedPolicy({
            isSet: true,
            isWide: isWide,
            schedulerRewardRatio: schedulerRewardRatio,
            workerStakeRatio: isWide ? 0 : uint232(workerStakeRatio)
        });
        if (isWide) {
            self.wideStakeRatios[workerpool] = workerStakeRatio;
        }
    }

    function get(
        WorkerpoolPolicies storage self,
        address workerpool
    ) internal view returns (uint256 workerStakeRatio, uint256 schedulerRewardRatio) {
        PackedPolicy memory policy = self.packed[workerpool];
        if (!policy.isSet) return (DEFAULT_WORKER_STAKE_RATIO, DEFAULT_SCHEDULER_REWARD_RATIO);

        workerStakeRatio = policy.isWide ? self.wideStakeRatios[workerpool] : policy.workerStakeRatio;
        schedulerRewardRatio = policy.schedulerRewardRatio;
    }
}
