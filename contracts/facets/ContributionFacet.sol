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
        task.requireOpen(taskId, record);
        Authorization.requireAuthorized({
            deal: record.deal,
            taskId: taskId,
            worker: msg.sender,
            statement: keccak256(abi.encodePacked(resultHash, resultSeal)),
            enclaveChallenge: enclaveChallenge,
            enclaveSign: enclaveSign,
            authorizationSign: authorizationSign
        });

        bool won = Groups.add({
            self: task,
            id: taskId,
            worker: msg.sender,
            weight: Reputation.weightOf(ledger(), msg.sender),
            resultHash: resultHash,
            resultSeal: resultSeal,
            enclaveChallenge: enclaveChallenge,
            trust: record.deal.trust
        });
        ledger().lock(msg.sender, record.deal.workerStake);
        emit TaskContribute(taskId, msg.sender, resultHash);

        if (won) {
            task.reach(record);
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
        task.requireOpen(taskId, record);
        Authorization.requireAuthorized({
            deal: record.deal,
            taskId: taskId,
            worker: msg.sender,
            statement: keccak256(abi.encodePacked(resultHash, resultSeal)),
            enclaveChallenge: enclaveChallenge,
            enclaveSign: enclaveSign,
            authorizationSign: authorizationSign
        });

        task.concludeSolo(taskId, record, resultsCallback, resultDigest);
        ReceiptCodec.writeSolo({
            taskId: taskId,
            worker: msg.sender,
            enclaveChallenge: enclaveChallenge,
            digest: resultDigest,
            results: results,
            resultsCallback: resultsCallback
        });
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
