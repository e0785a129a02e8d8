// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpool} from "../interfaces/IWorkerpool.sol";
import {IWorkerpoolRegistry} from "../interfaces/IWorkerpoolRegistry.sol";
import {RegistryEntry} from "./RegistryEntry.sol";
import {MAX_SCHEDULER_REWARD_RATIO} from "./PolicyCodec.sol";

/// @title Workerpool
/// @dev The implementation of all workerpools, which are clones of it. The packed fields of a workerpool are its
/// description; its policy is stored by the registry. Calls the {IWorkerpoolRegistry} that created it: our own code.
contract Workerpool is IWorkerpool, RegistryEntry {
    constructor(IWorkerpoolRegistry registry_) RegistryEntry(registry_) {}

    /// @inheritdoc IWorkerpool
    function changePolicy(uint256 _newWorkerStakeRatioPolicy, uint256 _newSchedulerRewardRatioPolicy) external {
        address owner_ = owner();
        require(msg.sender == owner_, OnlyWorkerpoolOwner(msg.sender, owner_));
        require(
            _newSchedulerRewardRatioPolicy <= MAX_SCHEDULER_REWARD_RATIO,
            SchedulerRewardRatioTooHigh(_newSchedulerRewardRatioPolicy, MAX_SCHEDULER_REWARD_RATIO)
        );

        (uint256 oldStakeRatio, uint256 oldRewardRatio) = _workerpools().setPolicy(
            _newWorkerStakeRatioPolicy,
            uint8(_newSchedulerRewardRatioPolicy)
        );
        emit PolicyUpdate(oldStakeRatio, _newWorkerStakeRatioPolicy, oldRewardRatio, _newSchedulerRewardRatioPolicy);
    }

    /// @inheritdoc IWorkerpool
    function m_workerpoolDescription() external view returns (string memory) {
        return string(_fields());
    }

    /// @inheritdoc IWorkerpool
    function m_workerStakeRatioPolicy() external view returns (uint256) {
        (, uint256 workerStakeRatio, ) = _workerpools().termsOf(address(this));
        return workerStakeRatio;
    }

    /// @inheritdoc IWorkerpool
    function m_schedulerRewardRatioPolicy() external view returns (uint256) {
        (, , uint256 schedulerRewardRatio) = _workerpools().termsOf(address(this));
        return schedulerRewardRatio;
    }

    function _workerpools() private view returns (IWorkerpoolRegistry) {
        return IWorkerpoolRegistry(address(registry()));
    }
}
