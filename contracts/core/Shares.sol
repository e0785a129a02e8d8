// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ledger} from "./Ledger.sol";
import {Payout} from "./Payout.sol";
import {Reputation} from "./Reputation.sol";
import {Entry, TaskState} from "./Tasks.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {Deal} from "../types/Deal.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Shares
/// @dev How several workers share what they earned together. Who proved the result shares the workerpool's price and
/// the stakes of those who did not, by recorded weight; the scheduler has its percentage and what rounding leaves.
library Shares {
    /// @dev Pays all contributors of a completed task, in the order in which they came, and the scheduler.
    function pay(Ledger storage book, TaskState storage task, Deal memory deal, TaskId taskId) internal {
        address[] memory workers = task.contributors();
        (uint256 total, uint256[] memory weights, uint256 sum) = _weigh(task, deal, workers);
        uint256 share = Payout.workersShare(deal, total);
        bytes32 ref = TaskId.unwrap(taskId);

        for (uint256 i; i < workers.length; ++i) {
            if (weights[i] > 0) {
                uint256 earned = (share * weights[i]) / sum;
                total -= earned;
                book.unlock(workers[i], deal.workerStake);
                book.reward(workers[i], earned, ref);
                if (workers.length > 1) Reputation.promote(book, workers[i], taskId);
            } else {
                book.seize(workers[i], deal.workerStake, ref);
                Reputation.demote(book, workers[i], taskId);
            }
        }
        book.reward(deal.workerpool.owner, total, ref);
    }

    /// @dev What there is to share, in nRLC; the recorded weight of each worker that proved the result, zero for the
    /// others; their sum. Nothing here overflows: all stakes are locked, so they add up to less than the supply.
    function _weigh(
        TaskState storage task,
        Deal memory deal,
        address[] memory workers
    ) private view returns (uint256 total, uint256[] memory weights, uint256 sum) {
        total = deal.workerpool.price;
        weights = new uint256[](workers.length);
        for (uint256 i; i < workers.length; ++i) {
            Entry storage entry = task.entries[workers[i]];
            if (entry.status == ContributionStatus.PROVED) {
                weights[i] = entry.logWeight;
                sum += weights[i];
            } else {
                total += deal.workerStake;
            }
        }
    }
}
