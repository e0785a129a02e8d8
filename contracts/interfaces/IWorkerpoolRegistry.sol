// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "./IRegistry.sol";

/// @title IWorkerpoolRegistry
/// @notice Creates workerpools, at addresses that follow from their owner and description, and keeps their policies.
/// @dev The policies live here so that one call tells all that a deal needs to know of a workerpool.
interface IWorkerpoolRegistry is IRegistry {
    /// @notice Only a workerpool of this registry sets its policy.
    /// @custom:fix Call `changePolicy` on the workerpool instead.
    error OnlyWorkerpool(address caller);

    /// @notice Creates a workerpool with the default policy. Anyone may create one for anyone.
    /// @param _workerpoolOwner Who gets it.
    /// @param _workerpoolDescription What it offers, for people.
    /// @return The workerpool's address, which is also its token id.
    function createWorkerpool(
        address _workerpoolOwner,
        string calldata _workerpoolDescription
    ) external returns (address);

    /// @notice Sets the policy of the calling workerpool.
    /// @dev The workerpool answers for who may change its policy, and for the reward ratio being a percentage.
    /// @param workerStakeRatio What a worker stakes, in percent of the workerpool's price.
    /// @param schedulerRewardRatio What the scheduler keeps of the reward, in percent.
    /// @return oldWorkerStakeRatio What a worker staked so far.
    /// @return oldSchedulerRewardRatio What the scheduler kept so far.
    function setPolicy(
        uint256 workerStakeRatio,
        uint8 schedulerRewardRatio
    ) external returns (uint256 oldWorkerStakeRatio, uint256 oldSchedulerRewardRatio);

    /// @notice Where {createWorkerpool} puts, or has put, the workerpool with this owner and description.
    function predictWorkerpool(
        address _workerpoolOwner,
        string calldata _workerpoolDescription
    ) external view returns (address);

    /// @notice All that a deal needs to know of a workerpool; zeros when the workerpool is not registered.
    /// @dev An inherited workerpool answers for itself through its own getters; unless all of them do, and its reward
    /// ratio is a percentage, all is zero.
    /// @return owner Who owns it.
    /// @return workerStakeRatio What a worker stakes, in percent of the workerpool's price. Any number.
    /// @return schedulerRewardRatio What the scheduler keeps of the reward, in percent; at most 100.
    function termsOf(
        address workerpool
    ) external view returns (address owner, uint256 workerStakeRatio, uint256 schedulerRewardRatio);
}
