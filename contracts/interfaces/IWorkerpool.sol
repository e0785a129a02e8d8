// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistryEntry} from "./IRegistryEntry.sol";

/// @title IWorkerpool
/// @notice A group of workers behind one scheduler, with a policy that its owner may change.
/// @dev A change of policy counts for deals made after it.
interface IWorkerpool is IRegistryEntry {
    /// @notice Emitted when the owner changes the policy.
    /// @param oldWorkerStakeRatioPolicy What a worker staked so far, in percent of the workerpool's price.
    /// @param newWorkerStakeRatioPolicy What a worker stakes from now on.
    /// @param oldSchedulerRewardRatioPolicy What the scheduler kept of the reward so far, in percent.
    /// @param newSchedulerRewardRatioPolicy What the scheduler keeps from now on.
    event PolicyUpdate(
        uint256 oldWorkerStakeRatioPolicy,
        uint256 newWorkerStakeRatioPolicy,
        uint256 oldSchedulerRewardRatioPolicy,
        uint256 newSchedulerRewardRatioPolicy
    );

    /// @notice Only the workerpool's owner changes its policy.
    /// @custom:fix Send it from `owner`, who holds the workerpool as a token.
    error OnlyWorkerpoolOwner(address caller, address owner);

    /// @notice The scheduler cannot keep more than the whole reward.
    /// @param ratio The ratio asked for, in percent.
    /// @param maxRatio The highest possible, in percent.
    /// @custom:fix Pass a ratio of at most `maxRatio` percent.
    error SchedulerRewardRatioTooHigh(uint256 ratio, uint256 maxRatio);

    /// @notice Changes the policy.
    /// @dev By the workerpool's owner only.
    /// @param _newWorkerStakeRatioPolicy What a worker stakes, in percent of the workerpool's price. Any number.
    /// @param _newSchedulerRewardRatioPolicy What the scheduler keeps of the reward, in percent; at most 100.
    function changePolicy(uint256 _newWorkerStakeRatioPolicy, uint256 _newSchedulerRewardRatioPolicy) external;

    /// @notice What it offers, for people.
    function m_workerpoolDescription() external view returns (string memory);

    /// @notice What a worker stakes, in percent of the workerpool's price.
    function m_workerStakeRatioPolicy() external view returns (uint256);

    /// @notice What the scheduler keeps of the reward, in percent.
    function m_schedulerRewardRatioPolicy() external view returns (uint256);
}
