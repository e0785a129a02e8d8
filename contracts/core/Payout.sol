// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Ledger} from "./Ledger.sol";
import {KITTY_ADDRESS, KITTY_MIN, KITTY_RATIO, PERCENT, WORKERPOOL_STAKE_RATIO} from "../types/Constants.sol";
import {Deal} from "../types/Deal.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Payout
/// @dev How the price of a task splits, and where the stakes go. All amounts in nRLC, all divisions rounded down.
library Payout {
    // What is at stake

    /// @dev What the payer pays for one task. Saturates: nobody can lock that much, so the lock refuses it with the
    /// figures.
    function taskPrice(Deal memory deal) internal pure returns (uint256) {
        return Math.saturatingAdd(Math.saturatingAdd(deal.app.price, deal.dataset.price), deal.workerpool.price);
    }

    /// @dev What the workerpool's owner stakes for one task.
    function poolStake(Deal memory deal) internal pure returns (uint256) {
        return percentOf(deal.workerpool.price, WORKERPOOL_STAKE_RATIO);
    }

    /// @dev The workers' part of `total`; the scheduler has the rest. Saturates: before matching refused ratios above
    /// 100, a registry could bring them into deals, whose tasks can be finalized all the same.
    function workersShare(Deal memory deal, uint256 total) internal pure returns (uint256) {
        return percentOf(total, Math.saturatingSub(PERCENT, deal.schedulerRewardRatio));
    }

    /// @dev What a successful workerpool draws from a kitty that holds `kitty`.
    function kittyShare(uint256 kitty) internal pure returns (uint256) {
        return Math.min(Math.max(percentOf(kitty, KITTY_RATIO), KITTY_MIN), kitty);
    }

    /// @dev `amount` × `percent` / 100; the largest number there is where that does not fit.
    function percentOf(uint256 amount, uint256 percent) internal pure returns (uint256) {
        (uint256 high, uint256 low) = Math.mul512(amount, percent);
        if (high == 0) return low / PERCENT;
        return high < PERCENT ? Math.mulDiv(amount, percent, PERCENT) : type(uint256).max;
    }

    // Who gets what

    /// @dev Sets aside what a deal of `volume` tasks may cost its payer and its workerpool.
    function lockDeal(Ledger storage book, Deal memory deal, uint256 volume) internal {
        book.lock(deal.sponsor, Math.saturatingMul(taskPrice(deal), volume));
        book.lock(deal.workerpool.owner, Math.saturatingMul(poolStake(deal), volume));
    }

    /// @dev A task ended well: pays app and dataset, gives the workerpool its stake back and its share of the kitty.
    /// The workerpool's price is seized too; who calls this hands it out to workers and scheduler.
    function paySuppliers(Ledger storage book, Deal memory deal, TaskId taskId) internal {
        bytes32 ref = TaskId.unwrap(taskId);

        book.seize(deal.sponsor, taskPrice(deal), ref);
        _payAssets(book, deal, ref);
        book.unlock(deal.workerpool.owner, poolStake(deal));
        uint256 bonus = _drawKitty(book, ref);
        if (bonus > 0) book.reward(deal.workerpool.owner, bonus, ref);
    }

    /// @dev Pays everyone for a task that one worker did alone, without a stake of its own.
    function paySolo(Ledger storage book, Deal memory deal, TaskId taskId, address worker) internal {
        bytes32 ref = TaskId.unwrap(taskId);
        uint256 share = workersShare(deal, deal.workerpool.price);

        paySuppliers(book, deal, taskId);
        book.reward(worker, share, ref);
        book.reward(deal.workerpool.owner, deal.workerpool.price - share, ref);
    }

    /// @dev Pays everyone for a boost task. The same amounts as {paySolo}, in the order in which boost has always
    /// reported them: the worker first, the scheduler's share and its bonus in one.
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

    /// @dev A task failed: the payer has its money back, the workerpool's stake goes to the kitty.
    function refund(Ledger storage book, Deal memory deal, TaskId taskId) internal {
        book.unlock(deal.sponsor, taskPrice(deal));
        book.forfeit(deal.workerpool.owner, poolStake(deal), TaskId.unwrap(taskId));
    }

    function _payAssets(Ledger storage book, Deal memory deal, bytes32 ref) private {
        if (deal.app.price > 0) book.reward(deal.app.owner, deal.app.price, ref);
        if (deal.dataset.price > 0) book.reward(deal.dataset.owner, deal.dataset.price, ref);
    }

    /// @dev Takes a workerpool's share out of the kitty, which the caller rewards it with.
    function _drawKitty(Ledger storage book, bytes32 ref) private returns (uint256 bonus) {
        bonus = kittyShare(book.kitty());
        if (bonus > 0) book.seize(KITTY_ADDRESS, bonus, ref);
    }
}
