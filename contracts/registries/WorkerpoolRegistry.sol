// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpool} from "../interfaces/IWorkerpool.sol";
import {IWorkerpoolRegistry} from "../interfaces/IWorkerpoolRegistry.sol";
import {Registry} from "./Registry.sol";
import {Workerpool} from "./Workerpool.sol";
import {MAX_SCHEDULER_REWARD_RATIO, WorkerpoolPolicies} from "./WorkerpoolPolicies.sol";

/// @title WorkerpoolRegistry
/// @dev Its only constructor argument is its owner, so that it can live at the same address on every chain.
contract WorkerpoolRegistry is IWorkerpoolRegistry, Registry {
    WorkerpoolPolicies private _policies;

    constructor(
        address initialOwner
    ) Registry(address(new Workerpool(this)), "iExec Workerpool Registry (V5)", "iExecWorkerpoolV5", initialOwner) {}

    /// @inheritdoc IWorkerpoolRegistry
    function createWorkerpool(
        address _workerpoolOwner,
        string calldata _workerpoolDescription
    ) external returns (address) {
        return _create(_workerpoolOwner, bytes(_workerpoolDescription));
    }

    /// @inheritdoc IWorkerpoolRegistry
    function setPolicy(
        uint256 workerStakeRatio,
        uint8 schedulerRewardRatio
    ) external returns (uint256 oldWorkerStakeRatio, uint256 oldSchedulerRewardRatio) {
        require(_ownerOf(_tokenIdOf(msg.sender)) != address(0), OnlyWorkerpool(msg.sender));

        (oldWorkerStakeRatio, oldSchedulerRewardRatio) = _policies.get(msg.sender);
        _policies.set(msg.sender, workerStakeRatio, schedulerRewardRatio);
    }

    /// @inheritdoc IWorkerpoolRegistry
    function predictWorkerpool(
        address _workerpoolOwner,
        string calldata _workerpoolDescription
    ) external view returns (address) {
        return _predict(_workerpoolOwner, bytes(_workerpoolDescription));
    }

    /// @inheritdoc IWorkerpoolRegistry
    function termsOf(
        address workerpool
    ) external view returns (address owner, uint256 workerStakeRatio, uint256 schedulerRewardRatio) {
        owner = _ownerOf(_tokenIdOf(workerpool));
        if (owner != address(0)) {
            (workerStakeRatio, schedulerRewardRatio) = _policies.get(workerpool);
            return (owner, workerStakeRatio, schedulerRewardRatio);
        }

        return _inheritedTermsOf(workerpool);
    }

    /// @dev What an inherited workerpool says of itself; zeros if it is not inherited, or does not answer sensibly.
    function _inheritedTermsOf(address workerpool) private view returns (address, uint256, uint256) {
        address owner = _inheritedOwnerOf(workerpool);
        if (owner == address(0)) return (address(0), 0, 0);

        bytes memory stakeQuestion = abi.encodeCall(IWorkerpool.m_workerStakeRatioPolicy, ());
        bytes memory rewardQuestion = abi.encodeCall(IWorkerpool.m_schedulerRewardRatioPolicy, ());
        (bool hasStake, uint256 stake) = _ask(workerpool, stakeQuestion);
        (bool hasReward, uint256 reward) = _ask(workerpool, rewardQuestion);
        bool isSane = hasStake && hasReward && reward <= MAX_SCHEDULER_REWARD_RATIO;
        return isSane ? (owner, stake, reward) : (address(0), 0, 0);
    }
}
