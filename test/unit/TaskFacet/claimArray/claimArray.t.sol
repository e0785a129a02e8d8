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
}
