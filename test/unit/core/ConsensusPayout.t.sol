// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {ledger} from "../../../contracts/core/Ledger.sol";
import {Payout} from "../../../contracts/core/Payout.sol";
import {Reputation} from "../../../contracts/core/Reputation.sol";
import {StoredContribution, TaskState} from "../../../contracts/core/Tasks.sol";
import {ContributionStatus} from "../../../contracts/types/Contribution.sol";
import {Deal} from "../../../contracts/types/Deal.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";

/// @dev This contract is the hub here: it holds the books, and what is frozen.
contract ConsensusPayout_Test is Test {
    TaskId internal constant TASK = TaskId.wrap("task");
    address internal constant SCHEDULER = address(0x5c4ed);
    address internal constant PAYER = address(0xbeef);

    TaskState internal task;

    function _account(uint256 i) internal pure returns (address) {
        return address(uint160(0xf00d00 + i));
    }

    /// @dev A contributor, whose stake is locked.
    function _join(uint256 i, uint256 stake, bool proved, uint8 logWeight) internal {
        address account = _account(i);
        ledger().mint(account, stake);
        ledger().lock(account, stake);
        StoredContribution storage contribution = task.contributions[account];
        contribution.status = proved ? ContributionStatus.PROVED : ContributionStatus.CONTRIBUTED;
        contribution.logWeight = logWeight;
        contribution.enclaveOrPrevious = task.summary.lastContributor;
        task.summary.lastContributor = account;
        ++task.summary.contributorCount;
    }

    function testFuzz_GivesAwayAllThereIsByWeight(uint256 price, uint256 stake, uint256 ratio, uint256 seed) external {
        Deal memory deal;
        deal.workerpool.owner = SCHEDULER;
        deal.workerpool.price = price = bound(price, 0, 1e17);
        deal.workerStake = stake = bound(stake, 0, 1e16);
        deal.schedulerRewardRatio = ratio = bound(ratio, 0, 100);
        uint256 count = bound(seed, 1, 40);
        uint8[] memory weights = new uint8[](count);
        uint256 sum;
        uint256 total = price;
        for (uint256 i; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            // Anything that log2 of a weight can be; somebody proved.
            uint8 logWeight = uint8(1 + (seed % 247));
            bool proved = i == 0 || seed & 256 == 0;
            _join(i, stake, proved, logWeight);
            if (proved) sum += weights[i] = logWeight;
            else total += stake;
        }
        // The deal has locked the price of the payer and the stake of the workerpool's owner.
        deal.sponsor = PAYER;
        uint256 poolStake = Payout.poolStake(deal);
        ledger().mint(PAYER, price);
        ledger().mint(SCHEDULER, poolStake);
        Payout.lockDeal(ledger(), deal, 1);

        Payout.payConsensus(ledger(), task, deal, TASK);

        uint256 forWorkers = (total * (100 - ratio)) / 100;
        uint256 paid;
        for (uint256 i; i < count; ++i) {
            uint256 earned = weights[i] == 0 ? 0 : (forWorkers * weights[i]) / sum;
            paid += earned;
            assertEq(ledger().freeOf(_account(i)), weights[i] == 0 ? 0 : stake + earned, "worker");
            assertEq(ledger().frozenOf(_account(i)), 0, "worker, frozen");
            assertEq(Reputation.scoreOf(ledger(), _account(i)), weights[i] == 0 || count == 1 ? 0 : 1, "score");
        }
        assertEq(ledger().freeOf(SCHEDULER), poolStake + total - paid, "scheduler");
        assertEq(ledger().frozenOf(SCHEDULER), 0, "scheduler, frozen");
        assertEq(ledger().frozenOf(PAYER), 0, "payer, frozen");
        // All is given away, and rounding costs the workers less than one nRLC each.
        assertEq(ledger().freeOf(address(this)), 0, "hub");
        assertLt(forWorkers - paid, count, "rounding");
    }
}
