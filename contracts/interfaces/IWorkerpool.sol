// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistryEntry} from "./IRegistryEntry.sol";

/// @title IWorkerpool
/// @notice A group of workers with one scheduler, and a policy that the owner may change.
/// @dev A change of the policy applies to later deals only.
interface IWorkerpool is IRegistryEntry {
    /// @notice Emitted when the owner changes the policy.
    /// @param oldWorkerStakeRatioPolicy The previous stake of a worker, in percent of the workerpool's price.
    /// @param newWorkerStakeRatioPolicy The new stake of a worker.
    /// @param oldSchedulerRewardRatioPolicy The previous share of the scheduler in the reward, in percent.
    /// @param newSchedulerRewardRatioPolicy The new share of the scheduler.
    event PolicyUpdate(
        uint256 oldWorkerStakeRatioPolicy,
        uint256 newWorkerStakeRatioPolicy,
        uint256 oldSchedulerRewardRatioPolicy,
        uint256 newSchedulerRewardRatioPolicy
    );

    /// @notice The caller is not the owner of the workerpool.
    /// @custom:fix Send it from `owner`, who holds the workerpool as a token.
    error OnlyWorkerpoolOwner(address caller, address owner);

    /// @notice The share of the scheduler cannot exceed the whole reward.
    /// @param ratio The ratio asked for, in percent.
    /// @param maxRatio The highest possible, in percent.
    /// @custom:fix Pass a ratio of at most `maxRatio` percent.
    error SchedulerRewardRatioTooHigh(uint256 ratio, uint256 maxRatio);

    /// @notice Changes the policy.
    /// @dev Only by the owner of the workerpool.
    /// @param _newWorkerStakeRatioPolicy The stake of a worker, in percent of the workerpool's price. Any number.
    /// @param _newSchedulerRewardRatioPolicy The share of the scheduler in the reward, in percent; at most 100.
    function changePolicy(uint256 _newWorkerStakeRatioPolicy, uint256 _newSchedulerRewardRatioPolicy) external;

    /// @notice Returns the description, for people.
    function m_workerpoolDescription() external view returns (string memory);

    /// @notice Returns the stake of a worker, in percent of the workerpool's price.
    function m_workerStakeRatioPolicy() external view returns (uint256);

    /// @notice Returns the share of the scheduler in the reward, in percent.
    function m_schedulerRewardRatioPolicy() external view returns (uint256);
}
