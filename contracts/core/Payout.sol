// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Groups} from "./Groups.sol";
import {Ledger} from "./Ledger.sol";
import {Reputation} from "./Reputation.sol";
import {StoredContribution, TaskState} from "./Tasks.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {KITTY_ADDRESS, KITTY_MIN, KITTY_RATIO, PERCENT, WORKERPOOL_STAKE_RATIO} from "../types/Constants.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {Deal} from "../types/Deal.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Payout
/// @dev The split of a task's price, and the return or loss of its stakes. A facet makes one call here for each way in
/// which a task ends. Amounts are in nRLC; divisions round down.
library Payout {
    // Amounts

    /// @dev Returns the price of one task, which the payer locks. Saturates: nobody can lock that much, so
    /// {LedgerLib-lock} refuses it and names the amounts.
    function taskPrice(Deal memory deal) internal pure returns (uint256) {
        return Math.saturatingAdd(Math.saturatingAdd(deal.app.price, deal.dataset.price), deal.workerpool.price);
    }

    /// @dev Returns the stake of the workerpool's owner for one task.
    function poolStake(Deal memory deal) internal pure returns (uint256) {
        return percentOf(deal.workerpool.price, WORKERPOOL_STAKE_RATIO);
    }

    /// @dev Returns the part of `total` that goes to workers; the scheduler gets the rest. A ratio above 100 counts as
    /// 100: deals from before matching refused such ratios may have one, and their tasks can still be finalized.
    function workersShare(Deal memory deal, uint256 total) internal pure returns (uint256) {
        return percentOf(total, Math.saturatingSub(PERCENT, deal.schedulerRewardRatio));
    }

    /// @dev Returns the amount that a successful workerpool draws from a kitty that holds `kitty`.
    function kittyShare(uint256 kitty) internal pure returns (uint256) {
        return Math.min(Math.max(percentOf(kitty, KITTY_RATIO), KITTY_MIN), kitty);
    }

    /// @dev `amount` × `percent` / 100, or the largest uint256 where the result does not fit.
    function percentOf(uint256 amount, uint256 percent) internal pure returns (uint256) {
        (uint256 high, uint256 low) = Math.mul512(amount, percent);
        if (high == 0) return low / PERCENT;
        return high < PERCENT ? Math.mulDiv(amount, percent, PERCENT) : type(uint256).max;
    }

    // Moves

    /// @dev Locks the price of `volume` tasks of the payer, and the stake for them of the workerpool's owner.
    function lockDeal(Ledger storage book, Deal memory deal, uint256 volume) internal {
        book.lock(deal.sponsor, Math.saturatingMul(taskPrice(deal), volume));
        book.lock(deal.workerpool.owner, Math.saturatingMul(poolStake(deal), volume));
    }

    /// @dev Pays everyone for a task that several workers did, or one in several steps. Workers who proved the result
    /// share the price of the workerpool, and the stakes of those who did not, by recorded weight; the scheduler gets
    /// its percentage and the rest of the rounding. Contributors are paid in the order of their contributions.
    function payConsensus(Ledger storage book, TaskState storage task, Deal memory deal, TaskId taskId) internal {
        _paySuppliers(book, deal, taskId);

        (address[] memory workers, uint256[] memory weights, uint256 sum, uint256 total) = _weigh(task, deal);
        uint256 share = workersShare(deal, total);
        bytes32 ref = TaskId.unwrap(taskId);
        // A single contributor agreed with nobody, which earns no point.
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

    /// @dev Pays everyone for a task that one worker did alone, without a stake of its own.
    function paySolo(Ledger storage book, Deal memory deal, TaskId taskId, address worker) internal {
        bytes32 ref = TaskId.unwrap(taskId);
        uint256 share = workersShare(deal, deal.workerpool.price);

        _paySuppliers(book, deal, taskId);
        book.reward(worker, share, ref);
        book.reward(deal.workerpool.owner, deal.workerpool.price - share, ref);
    }

    /// @dev Pays everyone for a boost task. The amounts are those of {paySolo}; the order of events is that of the
    /// deployed peer's boost: the worker comes first, and the scheduler's share and its bonus are one reward.
    function payBoost(Ledger storage book, Deal memory deal, TaskId taskId, address worker) internal {
        bytes32 ref = TaskId.unwrap(taskId);
        uint256 share = workersShare(deal, deal.workerpool.price);

        book.seize(deal.sponsor, taskPrice(deal), ref);
        book.reward(worker, share, ref);
        _payAssets(book, deal, ref);
        book.unlock(deal.workerpool.owner, poolStake(deal));
        uint256 bonus = _drawKitty(book, ref);
        book.reward(deal.workerpool.owner, deal.workerpool.price - share + bonus, ref);
    }

    /// @dev Settles a failed task: the payer and all contributors get their money back, and the stake of the workerpool
    /// goes to the kitty.
    function refund(Ledger storage book, TaskState storage task, Deal memory deal, TaskId taskId) internal {
        refundBoost(book, deal, taskId);
        address[] memory workers = Groups.contributorsOf(task);
        for (uint256 i; i < workers.length; ++i) {
            book.unlock(workers[i], deal.workerStake);
        }
    }

    /// @dev Settles a failed boost task, which has no contributors: the payer gets its money back, and the stake of the
    /// workerpool goes to the kitty.
    function refundBoost(Ledger storage book, Deal memory deal, TaskId taskId) internal {
        book.unlock(deal.sponsor, taskPrice(deal));
        book.forfeit(deal.workerpool.owner, poolStake(deal), TaskId.unwrap(taskId));
    }

    /// @dev Seizes the price of a completed task, pays the owners of app and dataset, and gives the workerpool its
    /// stake back and its share of the kitty. The price of the workerpool stays pending: the caller rewards workers and
    /// scheduler with it.
    function _paySuppliers(Ledger storage book, Deal memory deal, TaskId taskId) private {
        bytes32 ref = TaskId.unwrap(taskId);

        book.seize(deal.sponsor, taskPrice(deal), ref);
        _payAssets(book, deal, ref);
        book.unlock(deal.workerpool.owner, poolStake(deal));
        uint256 bonus = _drawKitty(book, ref);
        if (bonus > 0) book.reward(deal.workerpool.owner, bonus, ref);
    }

    function _payAssets(Ledger storage book, Deal memory deal, bytes32 ref) private {
        if (deal.app.price > 0) book.reward(deal.app.owner, deal.app.price, ref);
        if (deal.dataset.price > 0) book.reward(deal.dataset.owner, deal.dataset.price, ref);
    }

    /// @dev Seizes the workerpool's share of the kitty, with which the caller rewards it.
    function _drawKitty(Ledger storage book, bytes32 ref) private returns (uint256 bonus) {
        bonus = kittyShare(book.kitty());
        if (bonus > 0) book.seize(KITTY_ADDRESS, bonus, ref);
    }

    /// @dev Returns the contributors in the order of their contributions; the recorded weight of each that proved the
    /// result, and zero for the others; the sum of the weights; and the total to share, in nRLC. Nothing here
    /// overflows: all stakes are locked, so their sum is less than the supply.
    function _weigh(
        TaskState storage task,
        Deal memory deal
    ) private view returns (address[] memory workers, uint256[] memory weights, uint256 sum, uint256 total) {
        uint256 count = task.summary.contributorCount;
        address worker = task.summary.lastContributor;
        workers = new address[](count);
        weights = new uint256[](count);
        total = deal.workerpool.price;
        for (uint256 i = count; i > 0; --i) {
            StoredContribution storage contribution = task.contributions[worker];
            (ContributionStatus status, uint256 weight) = (contribution.status, contribution.logWeight);
            workers[i - 1] = worker;
            worker = contribution.previousContributor();
            if (status == ContributionStatus.PROVED) {
                weights[i - 1] = weight;
                sum += weight;
            } else {
                total += deal.workerStake;
            }
        }
    }
}
