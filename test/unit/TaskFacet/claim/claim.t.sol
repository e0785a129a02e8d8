// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract Claim_Unit_Test is Journal {
    function _expectUnexpectedStatus(TaskId taskId, TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function testFuzz_RevertGiven_TheTaskIsUnknown(bytes32 taskId) external {
        _expectUnexpectedStatus(TaskId.wrap(taskId), TaskStatus.UNSET);
        poco.claim(TaskId.wrap(taskId));
    }

    function test_RevertGiven_TheTaskIsCompleted() external {
        TaskId taskId = _completedTask();
        vm.warp(FINAL_DEADLINE);

        _expectUnexpectedStatus(taskId, TaskStatus.COMPLETED);
        poco.claim(taskId);
    }

    function test_RevertGiven_TheTaskHasFailed() external {
        TaskId taskId = _failedTask();

        _expectUnexpectedStatus(taskId, TaskStatus.FAILED);
        poco.claim(taskId);
    }

    function testFuzz_RevertWhen_ItsFinalDeadlineIsAhead(uint256 time) external {
        TaskId taskId = _openTask();

        vm.warp(bound(time, NOW, FINAL_DEADLINE - 1));
        vm.expectRevert(abi.encodeWithSelector(ITasks.TaskStillRunning.selector, taskId, FINAL_DEADLINE));
        poco.claim(taskId);
        vm.warp(FINAL_DEADLINE - 1);
        vm.expectRevert(abi.encodeWithSelector(ITasks.TaskStillRunning.selector, taskId, FINAL_DEADLINE));
        poco.claim(taskId);
    }

    function testFuzz_WhenItsFinalDeadlineHasPassed(uint256 time, address caller) external {
        requestOrder.trust = 4;
        TaskId taskId = _openTask();
        _contribute(taskId, worker, DIGEST);
        _contribute(taskId, worker2, LIE);
        vm.warp(time % 2 == 0 ? FINAL_DEADLINE : bound(time, FINAL_DEADLINE, type(uint40).max));

        _record();
        vm.prank(caller);
        poco.claim(taskId);

        // It should emit moves and {TaskClaimed} in order.
        _noteUnlock(requester.addr, PRICE);
        _noteForfeit(scheduler.addr, POOL_STAKE, taskId);
        _noteUnlock(worker.addr, WORKER_STAKE);
        _noteUnlock(worker2.addr, WORKER_STAKE);
        _noteClaimed(taskId);
        _assertJournal();
        // It should fail the task.
        _assertStatus(taskId, TaskStatus.FAILED);
        // It should refund the payer.
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        assertEq(poco.frozenOf(requester.addr), 0, "requester, frozen");
        // It should take the stake of the workerpool for the kitty.
        assertEq(poco.balanceOf(scheduler.addr), FUNDS - POOL_STAKE, "scheduler");
        assertEq(poco.frozenOf(scheduler.addr), 0, "scheduler, frozen");
        assertEq(poco.frozenOf(poco.kitty_address()), POOL_STAKE, "kitty");
        // It should unlock every contributor.
        assertEq(poco.balanceOf(worker.addr), FUNDS, "worker");
        assertEq(poco.balanceOf(worker2.addr), FUNDS, "worker2");
        assertEq(poco.frozenOf(worker.addr) + poco.frozenOf(worker2.addr), 0, "workers, frozen");
        _assertBooksBalance();
    }

    function test_RevertWhen_ItCouldStillBeFinalized() external {
        TaskId taskId = _agreedTask();
        _reveal(taskId, worker.addr);
        vm.warp(FINAL_DEADLINE - 1);

        vm.expectRevert(abi.encodeWithSelector(ITasks.TaskStillRunning.selector, taskId, FINAL_DEADLINE));
        poco.claim(taskId);
    }

    function test_WhenNobodyFinalizedItInTime() external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker3.addr);
        _reveal(taskId, worker4.addr);
        vm.warp(FINAL_DEADLINE);

        _record();
        poco.claim(taskId);

        // It should refund the payer and unlock winners and losers.
        _noteUnlock(requester.addr, PRICE);
        _noteForfeit(scheduler.addr, POOL_STAKE, taskId);
        _noteUnlock(worker.addr, WORKER_STAKE);
        _noteUnlock(worker2.addr, WORKER_STAKE);
        _noteUnlock(worker3.addr, WORKER_STAKE);
        _noteUnlock(worker4.addr, WORKER_STAKE);
        _noteClaimed(taskId);
        _assertJournal();
        _assertStatus(taskId, TaskStatus.FAILED);
        assertEq(poco.viewScore(worker.addr) + poco.viewScore(worker2.addr), 0, "scores");
        _assertBooksBalance();
    }

    function test_GivenTheTaskWasReopened() external {
        TaskId taskId = _reopenedTask();
        vm.warp(FINAL_DEADLINE);

        _record();
        poco.claim(taskId);

        // It should unlock the rejected too.
        _noteUnlock(requester.addr, PRICE);
        _noteForfeit(scheduler.addr, POOL_STAKE, taskId);
        _noteUnlock(worker.addr, WORKER_STAKE);
        _noteClaimed(taskId);
        _assertJournal();
        _assertBooksBalance();
    }

    function test_GivenSomebodyElseSponsoredTheDeal() external {
        _signOrders();
        vm.prank(sponsor.addr);
        DealId dealId = poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        TaskId taskId = poco.initialize(dealId, 0);
        vm.warp(FINAL_DEADLINE);

        poco.claim(taskId);

        // It should refund the sponsor.
        assertEq(poco.balanceOf(sponsor.addr), FUNDS, "sponsor");
        assertEq(poco.frozenOf(sponsor.addr), 0, "sponsor, frozen");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        _assertBooksBalance();
    }

    function test_GivenTheWorkerpoolWasSoldSince() external {
        TaskId taskId = _openTask();
        _sellWorkerpool();
        vm.warp(FINAL_DEADLINE);

        poco.claim(taskId);

        // It should take the stake of the owner at deal time.
        assertEq(poco.balanceOf(scheduler.addr), FUNDS - POOL_STAKE, "scheduler");
        assertEq(poco.frozenOf(scheduler.addr), 0, "scheduler, frozen");
        assertEq(poco.balanceOf(buyer.addr), FUNDS, "buyer");
        _assertBooksBalance();
    }

    function test_GivenNothingWasAtStake() external {
        _withoutPrices();
        requestOrder.trust = 4;
        TaskId taskId = _openTask();
        _contribute(taskId, worker, DIGEST);
        vm.warp(FINAL_DEADLINE);

        _record();
        poco.claim(taskId);

        // It should emit moves of zero.
        _noteUnlock(requester.addr, 0);
        _noteForfeit(scheduler.addr, 0, taskId);
        _noteUnlock(worker.addr, 0);
        _noteClaimed(taskId);
        _assertJournal();
    }
}
