// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ledger} from "./Ledger.sol";
import {Payout} from "./Payout.sol";
import {Reputation} from "./Reputation.sol";
import {Entry, TaskState} from "./Tasks.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {Deal} from "../types/Deal.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Shares
/// @dev How several workers share what they earned together. Who proved the result shares the workerpool's price and
/// the stakes of those who did not, by recorded weight; the scheduler has its percentage and what rounding leaves.
library Shares {
    /// @dev Pays all contributors of a completed task, in the order in which they came, and the scheduler.
    function pay(Ledger storage book, TaskState storage task, Deal memory deal, TaskId taskId) internal {
        (address[] memory workers, uint256[] memory weights, uint256 sum, uint256 total) = _weigh(task, deal);
        uint256 share = Payout.workersShare(deal, total);
        bytes32 ref = TaskId.unwrap(taskId);

        // Who worked alone was right by itself, which is no merit.
        uint256 points = workers.length > 1 ? 1 : 0;
        uint256 stakes;
        for (uint256 i; i < workers.length; ++i) {
            if (weights[i] > 0) {
                uint256 earned = (share * weights[i]) / sum;
                total -= earned;
                stakes += deal.workerStake;
                book.settle(workers[i], deal.workerStake, earned, points, ref);
                if (points > 0) emit IConsensus.AccurateContribution(workers[i], taskId);
            } else {
                book.seize(workers[i], deal.workerStake, ref);
                Reputation.demote(book, workers[i], taskId);
            }
        }
        book.release(stakes);
        book.reward(deal.workerpool.owner, total, ref);
    }

    /// @dev All contributors in their order; the recorded weight of each that proved the result, zero for the others;
    /// the sum of those; and what there is to share, in nRLC. Nothing here overflows: all stakes are locked, so they
    /// add up to less than the supply.
    function _weigh(
        TaskState storage task,
        Deal memory deal
    ) private view returns (address[] memory workers, uint256[] memory weights, uint256 sum, uint256 total) {
        uint256 count = task.crowd.contributors;
        address worker = task.crowd.last;
        workers = new address[](count);
        weights = new uint256[](count);
        total = deal.workerpool.price;
        for (uint256 i = count; i > 0; --i) {
            Entry storage entry = task.entries[worker];
            (ContributionStatus status, uint256 weight) = (entry.status, entry.logWeight);
            workers[i - 1] = worker;
            worker = entry.contributorBefore();
            if (status == ContributionStatus.PROVED) {
                weights[i - 1] = weight;
                sum += weight;
            } else {
                total += deal.workerStake;
            }
        }
    }
}
