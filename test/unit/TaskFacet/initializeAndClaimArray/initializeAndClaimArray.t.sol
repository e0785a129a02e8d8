// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract InitializeAndClaimArray_Unit_Test is Journal {
    /// @dev A deal of 5 tasks, and so many of it.
    function _tasks(uint256 deals, uint256 indexes) internal returns (DealId[] memory, uint256[] memory) {
        _withVolume(5);
        DealId dealId = _matchOrders();
        DealId[] memory dealIds = new DealId[](deals);
        uint256[] memory numbers = new uint256[](indexes);
        for (uint256 i; i < deals; ++i) dealIds[i] = dealId;
        for (uint256 i; i < indexes; ++i) numbers[i] = i;
        return (dealIds, numbers);
    }

    function testFuzz_RevertWhen_ThereAreNotAsManyDealsAsIndexes(uint256 deals, uint256 indexes) external {
        deals = bound(deals, 0, 5);
        indexes = bound(indexes, 0, 5);
        vm.assume(deals != indexes);
        (DealId[] memory dealIds, uint256[] memory numbers) = _tasks(deals, indexes);
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(ITasks.IndexesMismatch.selector, deals, indexes));
        poco.initializeAndClaimArray(dealIds, numbers);
    }

    function test_RevertWhen_OneOfTheTasksIsOpenAlready() external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _tasks(2, 2);
        TaskId taskId = poco.initialize(dealIds[1], 1);
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, TaskStatus.ACTIVE));
        poco.initializeAndClaimArray(dealIds, indexes);
    }

    function testFuzz_RevertWhen_TheFinalDeadlineIsAhead(uint256 time) external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _tasks(1, 1);
        vm.warp(bound(time, NOW, FINAL_DEADLINE - 1));

        vm.expectRevert(abi.encodeWithSelector(ITasks.TaskStillRunning.selector, dealIds[0].taskAt(0), FINAL_DEADLINE));
        poco.initializeAndClaimArray(dealIds, indexes);
    }

    function test_WhenThereAreNoTasks() external {
        _record();

        // It should do nothing and return true.
        assertTrue(poco.initializeAndClaimArray(new DealId[](0), new uint256[](0)), "answer");
        _assertJournal();
    }

    function test_WhenAllTasksCanBeOpenedAndClaimed() external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _tasks(3, 3);
        vm.warp(FINAL_DEADLINE);

        _record();
        bool answer = poco.initializeAndClaimArray(dealIds, indexes);

        // It should return true.
        assertTrue(answer, "answer");
        // It should emit everything of one task before the next.
        for (uint256 i; i < 3; ++i) {
            TaskId taskId = dealIds[i].taskAt(i);
            _noteInitialize(taskId);
            _noteUnlock(requester.addr, PRICE);
            _noteForfeit(scheduler.addr, POOL_STAKE, taskId);
            _noteClaimed(taskId);
        }
        _assertJournal();
        // It should fail each task.
        for (uint256 i; i < 3; ++i) _assertStatus(dealIds[i].taskAt(i), TaskStatus.FAILED);
        assertEq(poco.frozenOf(requester.addr), 2 * PRICE, "two tasks are left");
        _assertBooksBalance();
    }
}
