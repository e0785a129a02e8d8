// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Work} from "../../../fixtures/Work.sol";

contract ResultFor_Unit_Test is Work {
    function _expectUnexpectedStatus(TaskId taskId, TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function testFuzz_RevertGiven_TheTaskIsUnknown(bytes32 id) external {
        TaskId taskId = TaskId.wrap(id);

        _expectUnexpectedStatus(taskId, TaskStatus.UNSET);
        poco.resultFor(taskId);
    }

    function test_RevertGiven_TheTaskIsActive() external {
        TaskId taskId = _openTask();

        _expectUnexpectedStatus(taskId, TaskStatus.ACTIVE);
        poco.resultFor(taskId);
    }

    function test_RevertGiven_TheTaskWaitsForReveals() external {
        TaskId taskId = _agreedTask();

        _expectUnexpectedStatus(taskId, TaskStatus.REVEALING);
        poco.resultFor(taskId);
    }

    function test_RevertGiven_TheTaskHasFailed() external {
        TaskId taskId = _failedTask();

        _expectUnexpectedStatus(taskId, TaskStatus.FAILED);
        poco.resultFor(taskId);
    }

    function testFuzz_GivenTheTaskWasCompletedWithCallbackData(bytes calldata data) external {
        TaskId taskId = _openTask();
        _contribute(taskId, worker, keccak256(data));
        vm.prank(worker.addr);
        poco.reveal(taskId, keccak256(data));
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", data);

        // It should be that data.
        assertEq(poco.resultFor(taskId), data, "result");
    }

    function test_GivenTheTaskWasCompletedWithout() external {
        TaskId taskId = _completedTask();

        // It should be nothing.
        assertEq(poco.resultFor(taskId), "", "result");
    }

    function test_GivenTheTaskIsOfABoostDeal() external {
        _signOrders();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        bytes memory authorization = _authorize(scheduler, worker.addr, dealId.taskAt(0), address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, "results", "callback data", authorization, address(0), "");

        // It should be nothing either.
        assertEq(poco.resultFor(dealId.taskAt(0)), "", "result");
    }
}
