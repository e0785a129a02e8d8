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

    function test_RevertWhen_ADealThatDoesNotExistFollowsOneThatDoes() external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _turns();
        dealIds[3] = DealId.wrap("unknown");
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, dealIds[3]));
        poco.initializeAndClaimArray(dealIds, indexes);
    }

    function test_WhenTasksOfSeveralDealsTakeTurns() external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _turns();
        TaskId[] memory ids = new TaskId[](4);
        for (uint256 i; i < 4; ++i) ids[i] = dealIds[i].taskAt(indexes[i]);
        vm.warp(FINAL_DEADLINE);

        _record();
        poco.initializeAndClaimArray(dealIds, indexes);

        // It should take each by the terms of its own deal.
        for (uint256 i; i < 4; ++i) {
            _noteInitialize(ids[i]);
            _noteUnlock(requester.addr, i % 2 == 1 ? 0 : PRICE);
            _noteForfeit(scheduler.addr, i % 2 == 1 ? 0 : POOL_STAKE, ids[i]);
            _noteClaimed(ids[i]);
        }
        _assertJournal();
        for (uint256 i; i < 4; ++i) {
            assertEq(DealId.unwrap(poco.viewTask(ids[i]).dealid), DealId.unwrap(dealIds[i]), "deal");
            assertEq(poco.viewTask(ids[i]).idx, indexes[i], "index");
        }
        _assertBooksBalance();
    }

    /// @dev Tasks of a deal and of a free one of the rest of the same request, in turns.
    function _turns() private returns (DealId[] memory dealIds, uint256[] memory indexes) {
        (dealIds, indexes) = (new DealId[](4), new uint256[](4));
        _withVolume(2);
        requestOrder.volume = 4;
        (dealIds[0], indexes[0], indexes[2]) = (_matchOrders(), 0, 1);
        dealIds[2] = dealIds[0];
        _withoutPrices();
        appOrder.salt = datasetOrder.salt = workerpoolOrder.salt = "second";
        (dealIds[1], indexes[1], indexes[3]) = (_matchOrders(), 2, 3);
        dealIds[3] = dealIds[1];
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
