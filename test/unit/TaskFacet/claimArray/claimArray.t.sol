// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract ClaimArray_Unit_Test is Journal {
    function test_RevertWhen_OneOfTheTasksCannotBeClaimed() external {
        TaskId[] memory taskIds = new TaskId[](2);
        taskIds[0] = _openTask();
        taskIds[1] = taskIds[0];
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskIds[0], TaskStatus.FAILED));
        poco.claimArray(taskIds);
        _assertStatus(taskIds[0], TaskStatus.ACTIVE);
    }

    function test_RevertWhen_AnUnknownTaskFollowsAKnownOne() external {
        TaskId[] memory taskIds = new TaskId[](2);
        taskIds[0] = _openTask();
        taskIds[1] = TaskId.wrap("unknown");
        vm.warp(FINAL_DEADLINE);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskIds[1], TaskStatus.UNSET));
        poco.claimArray(taskIds);
    }

    function test_WhenTasksOfSeveralDealsTakeTurns() external {
        (DealId first, DealId second) = _twoDeals();
        TaskId[] memory taskIds = new TaskId[](4);
        taskIds[0] = poco.initialize(first, 0);
        taskIds[1] = poco.initialize(second, 0);
        taskIds[2] = poco.initialize(first, 1);
        taskIds[3] = poco.initialize(second, 1);
        vm.warp(FINAL_DEADLINE);

        _record();
        poco.claimArray(taskIds);

        // It should claim each by the terms of its own deal.
        for (uint256 i; i < 4; ++i) {
            bool free = i % 2 == 1;
            _noteUnlock(free ? sponsor.addr : requester.addr, free ? 0 : PRICE);
            _noteForfeit(scheduler.addr, free ? 0 : POOL_STAKE, taskIds[i]);
            _noteClaimed(taskIds[i]);
        }
        _assertJournal();
        _assertBooksBalance();
    }

    function test_WhenThereAreNoTasks() external {
        _record();

        // It should do nothing and return true.
        assertTrue(poco.claimArray(new TaskId[](0)), "answer");
        _assertJournal();
    }

    function test_WhenAllTasksCanBeClaimed() external {
        _withVolume(3);
        DealId dealId = _matchOrders();
        TaskId[] memory taskIds = new TaskId[](2);
        taskIds[0] = poco.initialize(dealId, 2);
        taskIds[1] = poco.initialize(dealId, 0);
        vm.warp(FINAL_DEADLINE);

        _record();
        bool answer = poco.claimArray(taskIds);

        // It should return true.
        assertTrue(answer, "answer");
        // It should emit the moves of each in order.
        for (uint256 i; i < 2; ++i) {
            _noteUnlock(requester.addr, PRICE);
            _noteForfeit(scheduler.addr, POOL_STAKE, taskIds[i]);
            _noteClaimed(taskIds[i]);
        }
        _assertJournal();
        // It should claim each task.
        _assertStatus(taskIds[0], TaskStatus.FAILED);
        _assertStatus(taskIds[1], TaskStatus.FAILED);
        assertEq(poco.frozenOf(requester.addr), PRICE, "the third task is still paid for");
        _assertBooksBalance();
    }

    /// @dev A deal of two tasks that the requester pays, and one of two that cost nothing and that the sponsor pays.
    function _twoDeals() private returns (DealId first, DealId second) {
        _withVolume(2);
        first = _matchOrders();
        _withoutPrices();
        appOrder.salt = datasetOrder.salt = workerpoolOrder.salt = requestOrder.salt = "second";
        _signOrders();
        vm.prank(sponsor.addr);
        second = poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
    }
}
