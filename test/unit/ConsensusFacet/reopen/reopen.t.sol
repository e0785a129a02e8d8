// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {ContributionStatus} from "../../../../contracts/types/Contribution.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract Reopen_Unit_Test is Journal {
    function _reopen(TaskId taskId, address caller) internal {
        vm.prank(caller);
        poco.reopen(taskId);
    }

    function _expectUnexpectedStatus(TaskId taskId, TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function _expectNotTheScheduler(TaskId taskId, address caller) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IConsensus.CallerIsNotTheScheduler.selector, taskId, caller, scheduler.addr)
        );
    }

    function _assertContribution(TaskId taskId, Account memory account, ContributionStatus status) internal view {
        assertEq(uint8(poco.viewContribution(taskId, account.addr).status), uint8(status), "contribution");
    }

    function testFuzz_RevertGiven_TheTaskIsUnknown(bytes32 taskId) external {
        _expectUnexpectedStatus(TaskId.wrap(taskId), TaskStatus.UNSET);
        _reopen(TaskId.wrap(taskId), scheduler.addr);
    }

    function test_RevertGiven_TheTaskIsActive() external {
        TaskId taskId = _reopenedTask();

        _expectUnexpectedStatus(taskId, TaskStatus.ACTIVE);
        _reopen(taskId, scheduler.addr);
    }

    function test_RevertGiven_TheTaskIsCompleted() external {
        TaskId taskId = _completedTask();
        vm.warp(REVEAL_DEADLINE);

        _expectUnexpectedStatus(taskId, TaskStatus.COMPLETED);
        _reopen(taskId, scheduler.addr);
    }

    function test_RevertGiven_TheTaskHasFailed() external {
        TaskId taskId = _agreedTask();
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        _expectUnexpectedStatus(taskId, TaskStatus.FAILED);
        _reopen(taskId, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheScheduler(address caller) external {
        vm.assume(caller != scheduler.addr);
        TaskId taskId = _agreedTask();
        vm.warp(REVEAL_DEADLINE);

        _expectNotTheScheduler(taskId, caller);
        _reopen(taskId, caller);
        // The caller was all that was wrong.
        _reopen(taskId, scheduler.addr);
    }

    function test_RevertWhen_TheCallerBoughtTheWorkerpoolSince() external {
        TaskId taskId = _agreedTask();
        _sellWorkerpool();
        vm.warp(REVEAL_DEADLINE);

        _expectNotTheScheduler(taskId, buyer.addr);
        _reopen(taskId, buyer.addr);
        _reopen(taskId, scheduler.addr);
    }

    function testFuzz_RevertWhen_WinnersMayStillReveal(uint256 time) external {
        TaskId taskId = _agreedTask();
        bytes memory open = abi.encodeWithSelector(IConsensus.RevealsStillOpen.selector, taskId, REVEAL_DEADLINE);

        vm.warp(bound(time, NOW, REVEAL_DEADLINE - 1));
        vm.expectRevert(open);
        _reopen(taskId, scheduler.addr);
        vm.warp(REVEAL_DEADLINE - 1);
        vm.expectRevert(open);
        _reopen(taskId, scheduler.addr);
        vm.warp(REVEAL_DEADLINE);
        _reopen(taskId, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheFinalDeadlineHasPassed(uint256 time) external {
        TaskId taskId = _agreedTask();
        bytes memory over = abi.encodeWithSelector(IConsensus.FinalDeadlinePassed.selector, taskId, FINAL_DEADLINE);

        vm.warp(bound(time, FINAL_DEADLINE + 1, type(uint40).max));
        vm.expectRevert(over);
        _reopen(taskId, scheduler.addr);
        vm.warp(FINAL_DEADLINE);
        vm.expectRevert(over);
        _reopen(taskId, scheduler.addr);
        vm.warp(FINAL_DEADLINE - 1);
        _reopen(taskId, scheduler.addr);
    }

    function test_RevertGiven_AWinnerRevealed() external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker3.addr);
        vm.warp(REVEAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(IConsensus.AlreadyRevealed.selector, taskId, 1));
        _reopen(taskId, scheduler.addr);
    }

    function test_GivenNobodyRevealedInTime() external {
        TaskId taskId = _contestedTask();
        vm.warp(REVEAL_DEADLINE);

        _record();
        _reopen(taskId, scheduler.addr);

        // It should emit {TaskReopen} and nothing else.
        _noteReopen(taskId);
        _assertJournal();
        // It should make the task active.
        _assertStatus(taskId, TaskStatus.ACTIVE);
        // It should reject the contributions of the winners alone.
        _assertContribution(taskId, worker, ContributionStatus.REJECTED);
        _assertContribution(taskId, worker2, ContributionStatus.CONTRIBUTED);
        _assertContribution(taskId, worker3, ContributionStatus.REJECTED);
        _assertContribution(taskId, worker4, ContributionStatus.REJECTED);
        // It should leave stakes where they are.
        assertEq(poco.frozenOf(worker.addr), WORKER_STAKE, "winner");
        assertEq(poco.frozenOf(worker2.addr), WORKER_STAKE, "loser");
        _assertBooksBalance();
    }
}
