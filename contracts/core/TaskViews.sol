// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Consensus} from "./Consensus.sol";
import {DealRecord} from "./DealCodec.sol";
import {Deals} from "./Deals.sol";
import {Groups} from "./Groups.sol";
import {Receipt, ReceiptCodec} from "./ReceiptCodec.sol";
import {StoredContribution, TaskLib, TaskPath, tasks, TaskState} from "./Tasks.sol";
import {Contribution, ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";
import {Task, TaskStatus} from "../types/Task.sol";

/// @title TaskViews
/// @dev Tasks and contributions as clients read them: the stored fields, and the fields that follow from them.
library TaskViews {
    /// @dev Returns the task, or zeros.
    function task(TaskId id) internal view returns (Task memory wire) {
        TaskState storage state = tasks().byId[id];
        wire.status = state.status;
        if (state.deal == address(0)) return wire;

        DealRecord memory record = Deals.load(state.deal);
        wire.dealid = record.id;
        wire.idx = record.deal.botFirst + state.offsetInDeal();
        wire.timeref = record.timeRef;
        wire.contributionDeadline = TaskLib.contributionDeadline(record);
        wire.revealDeadline = state.revealDeadline;
        wire.finalDeadline = TaskLib.finalDeadline(record);

        if (state.path == TaskPath.SOLO) {
            wire.winnerCounter = 1;
            wire.revealCounter = 1;
        } else {
            (wire.winnerCounter, wire.revealCounter) = Consensus.tally(state);
            if (wire.winnerCounter > 0)
                wire.consensusValue = Consensus.hashOf(state, id, state.summary.winningGroup - 1);
            wire.contributors = Groups.contributorsOf(state);
            wire.resultDigest = Consensus.digestOf(state);
        }
        if (wire.status == TaskStatus.COMPLETED) _addReceipt(id, wire);
    }

    /// @dev Returns the worker's contribution to the task, or zeros.
    function contribution(TaskId id, address worker) internal view returns (Contribution memory wire) {
        TaskState storage state = tasks().byId[id];
        if (state.path == TaskPath.SOLO) return _soloContribution(id, worker);

        StoredContribution storage stored = state.contributions[worker];
        wire.status = stored.status;
        if (wire.status == ContributionStatus.UNSET) return wire;

        if (Groups.isRejected(state, stored.group)) wire.status = ContributionStatus.REJECTED;
        wire.resultHash = Consensus.hashOf(state, id, stored.group);
        wire.resultSeal = stored.seal;
        if (stored.hasEnclave) wire.enclaveChallenge = stored.enclaveOrPrevious;
        wire.weight = stored.logWeight;
    }

    function _addReceipt(TaskId id, Task memory wire) private view {
        Receipt memory receipt = ReceiptCodec.read(id);
        wire.results = receipt.results;
        wire.resultsCallback = receipt.resultsCallback;
        if (receipt.solo) {
            wire.contributors = new address[](1);
            wire.contributors[0] = receipt.worker;
            wire.resultDigest = receipt.digest;
            wire.consensusValue = Consensus.resultHashOf(id, receipt.digest);
        }
    }

    function _soloContribution(TaskId id, address worker) private view returns (Contribution memory wire) {
        Receipt memory receipt = ReceiptCodec.read(id);
        if (receipt.worker != worker) return wire;

        wire.status = ContributionStatus.PROVED;
        wire.resultHash = Consensus.resultHashOf(id, receipt.digest);
        wire.resultSeal = Consensus.resultSealOf(worker, id, receipt.digest);
        wire.enclaveChallenge = receipt.enclaveChallenge;
    }
}
