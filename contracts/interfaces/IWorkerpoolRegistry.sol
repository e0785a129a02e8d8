// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IRegistry} from "./IRegistry.sol";

/// @title IWorkerpoolRegistry
/// @notice A registry of workerpools, whose addresses follow from owner and description. It stores their policies.
/// @dev The policies are stored here so that one call returns all facts of a workerpool that a deal needs.
interface IWorkerpoolRegistry is IRegistry {
    /// @notice The caller is not a workerpool of this registry.
    /// @custom:fix Call `changePolicy` on the workerpool instead.
    error OnlyWorkerpool(address caller);

    /// @notice Creates a workerpool with the default policy. Anyone may create a workerpool for anyone.
    /// @param _workerpoolOwner The owner of the new workerpool.
    /// @param _workerpoolDescription The description, for people.
    /// @return The workerpool's address, which is also its token id.
    function createWorkerpool(
        address _workerpoolOwner,
        string calldata _workerpoolDescription
    ) external returns (address);

    /// @notice Sets the policy of the calling workerpool.
    /// @dev Returns the workerpool checks who may change its policy, and that the reward ratio is at most 100.
    /// @param workerStakeRatio The stake of a worker, in percent of the workerpool's price.
    /// @param schedulerRewardRatio The share of the scheduler in the reward, in percent.
    /// @return oldWorkerStakeRatio The previous stake of a worker.
    /// @return oldSchedulerRewardRatio The previous share of the scheduler.
    function setPolicy(
        uint256 workerStakeRatio,
        uint8 schedulerRewardRatio
    ) external returns (uint256 oldWorkerStakeRatio, uint256 oldSchedulerRewardRatio);

    /// @notice Returns the address of the workerpool with this owner and description, whether it exists or not.
    function predictWorkerpool(
        address _workerpoolOwner,
        string calldata _workerpoolDescription
    ) external view returns (address);

    /// @notice Returns the facts of a workerpool that a deal needs; zeros if the workerpool is not registered.
    /// @dev Returns the facts of a workerpool of a previous registry are the answers of its own getters; zeros if one
    /// fails, or if the reward ratio exceeds 100.
    /// @return owner The owner of the workerpool.
    /// @return workerStakeRatio The stake of a worker, in percent of the workerpool's price. Any number.
    /// @return schedulerRewardRatio The share of the scheduler in the reward, in percent; at most 100.
    function termsOf(
        address workerpool
    ) external view returns (address owner, uint256 workerStakeRatio, uint256 schedulerRewardRatio);
}
