// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpool} from "../interfaces/IWorkerpool.sol";
import {IWorkerpoolRegistry} from "../interfaces/IWorkerpoolRegistry.sol";
import {MAX_SCHEDULER_REWARD_RATIO, PolicyCodec, WIDE_STAKE_RATIO} from "./PolicyCodec.sol";
import {Registry} from "./Registry.sol";
import {Workerpool} from "./Workerpool.sol";

/// @title WorkerpoolRegistry
/// @dev The only constructor argument is the owner, so that the registry can have the same address on every chain. The
/// policy of a workerpool is stored as the terms of its token, beside the owner, because a match reads both.
contract WorkerpoolRegistry is IWorkerpoolRegistry, Registry {
    /// @dev The stake ratios that do not fit {PolicyCodec}.
    mapping(address workerpool => uint256 workerStakeRatio) private _wideStakeRatios;

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
        uint256 tokenId = _tokenIdOf(msg.sender);
        (address owner, uint48 terms) = _ownerAndTermsOf(tokenId);
        require(owner != address(0), OnlyWorkerpool(msg.sender));

        (oldWorkerStakeRatio, oldSchedulerRewardRatio) = _policyOf(msg.sender, terms);
        if (workerStakeRatio >= WIDE_STAKE_RATIO) {
            _wideStakeRatios[msg.sender] = workerStakeRatio;
        }
        _setTerms(tokenId, PolicyCodec.encode(workerStakeRatio, schedulerRewardRatio));
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
        uint48 terms;
        (owner, terms) = _ownerAndTermsOf(_tokenIdOf(workerpool));
        if (owner == address(0)) return _inheritedTermsOf(workerpool);

        (workerStakeRatio, schedulerRewardRatio) = _policyOf(workerpool, terms);
    }

    function _policyOf(
        address workerpool,
        uint48 terms
    ) private view returns (uint256 workerStakeRatio, uint256 schedulerRewardRatio) {
        (workerStakeRatio, schedulerRewardRatio) = PolicyCodec.decode(terms);
        if (workerStakeRatio == WIDE_STAKE_RATIO) workerStakeRatio = _wideStakeRatios[workerpool];
    }

    /// @dev Returns the terms of a workerpool of a previous registry, by its own answers; zeros if it is not such a
    /// workerpool, or an answer is invalid.
    function _inheritedTermsOf(address workerpool) private view returns (address, uint256, uint256) {
        address owner = _inheritedOwnerOf(workerpool);
        if (owner == address(0)) return (address(0), 0, 0);

        bytes memory stakeQuestion = abi.encodeCall(IWorkerpool.m_workerStakeRatioPolicy, ());
        bytes memory rewardQuestion = abi.encodeCall(IWorkerpool.m_schedulerRewardRatioPolicy, ());
        (bool hasStake, uint256 stake) = _tryCall(workerpool, stakeQuestion);
        (bool hasReward, uint256 reward) = _tryCall(workerpool, rewardQuestion);
        bool isSane = hasStake && hasReward && reward <= MAX_SCHEDULER_REWARD_RATIO;
        return isSane ? (owner, stake, reward) : (address(0), 0, 0);
    }
}
