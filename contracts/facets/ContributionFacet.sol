// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Authorization} from "../core/Authorization.sol";
import {Callback} from "../core/Callback.sol";
import {Consensus} from "../core/Consensus.sol";
import {DealRecord} from "../core/DealCodec.sol";
import {Deals} from "../core/Deals.sol";
import {Groups} from "../core/Groups.sol";
import {ledger} from "../core/Ledger.sol";
import {Payout} from "../core/Payout.sol";
import {ReceiptCodec} from "../core/ReceiptCodec.sol";
import {Reputation} from "../core/Reputation.sol";
import {tasks, TaskState} from "../core/Tasks.sol";
import {TaskViews} from "../core/TaskViews.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {Contribution} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";

/// @title ContributionFacet
abstract contract ContributionFacet is IFacet, IContributions {
    /// @inheritdoc IContributions
    function contribute(
        TaskId taskId,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external {
        TaskState storage task = tasks().byId[taskId];
        DealRecord memory record = Deals.load(task.deal);
        Consensus.checkOpen(task, taskId, record);
        Authorization.check(
            record.deal,
            taskId,
            msg.sender,
            keccak256(abi.encodePacked(resultHash, resultSeal)),
            enclaveChallenge,
            enclaveSign,
            authorizationSign
        );

        bool won = Groups.add(
            task,
            taskId,
            msg.sender,
            Reputation.weightOf(ledger(), msg.sender),
            resultHash,
            resultSeal,
            enclaveChallenge,
            record.deal.trust
        );
        ledger().lock(msg.sender, record.deal.workerStake);
        emit TaskContribute(taskId, msg.sender, resultHash);

        if (won) {
            Consensus.reach(task, record);
            emit TaskConsensus(taskId, resultHash);
        }
    }

    /// @inheritdoc IContributions
    function contributeAndFinalize(
        TaskId taskId,
        bytes32 resultDigest,
        bytes calldata results,
        bytes calldata resultsCallback,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) external {
        TaskState storage task = tasks().byId[taskId];
        DealRecord memory record = Deals.load(task.deal);
        bytes32 resultHash = Consensus.resultHashOf(taskId, resultDigest);
        bytes32 resultSeal = Consensus.resultSealOf(msg.sender, taskId, resultDigest);
        Consensus.checkOpen(task, taskId, record);
        Authorization.check(
            record.deal,
            taskId,
            msg.sender,
            keccak256(abi.encodePacked(resultHash, resultSeal)),
            enclaveChallenge,
            enclaveSign,
            authorizationSign
        );

        Consensus.concludeSolo(task, taskId, record, resultsCallback, resultDigest);
        ReceiptCodec.writeSolo(taskId, msg.sender, enclaveChallenge, resultDigest, results, resultsCallback);
        Payout.paySolo(ledger(), record.deal, taskId, msg.sender);

        emit TaskContribute(taskId, msg.sender, resultHash);
        emit TaskConsensus(taskId, resultHash);
        emit IConsensus.TaskReveal(taskId, msg.sender, resultDigest);
        emit IConsensus.TaskFinalize(taskId, results);

        Callback.notify(record.deal.callback, taskId, resultsCallback);
    }

    /// @inheritdoc IContributions
    function viewContribution(TaskId taskId, address worker) external view returns (Contribution memory) {
        return TaskViews.contribution(taskId, worker);
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IContributions.contribute.selector,
                IContributions.contributeAndFinalize.selector,
                IContributions.viewContribution.selector
            );
    }
}
