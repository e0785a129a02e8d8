// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract Initialize_Unit_Test is Journal {
    function testFuzz_RevertGiven_ThereIsNoSuchDeal(bytes32 dealId, uint256 index) external {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, dealId));
        poco.initialize(DealId.wrap(dealId), index);
    }

    function test_RevertGiven_TheDealIsABoostDeal() external {
        _signOrders();
        DealId dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, dealId));
        poco.initialize(dealId, 0);
    }

    function test_RevertGiven_TheTaskIsOpenAlready() external {
        DealId dealId = _matchOrders();
        TaskId taskId = poco.initialize(dealId, 0);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, TaskStatus.ACTIVE));
        poco.initialize(dealId, 0);
    }

    function test_RevertGiven_TheTaskHasEnded() external {
        DealId dealId = _matchOrders();
        TaskId taskId = poco.initialize(dealId, 0);
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, TaskStatus.FAILED));
        poco.initialize(dealId, 0);
    }

    /// @dev A request of 7 tasks whose first `used` went to another deal.
    function _secondDeal(uint256 used) internal returns (DealId) {
        _withVolume(7);
        workerpoolOrder.volume = used;
        _matchOrders();
        workerpoolOrder.volume = 7;
        workerpoolOrder.salt = "w2";
        return _matchOrders();
    }

    function testFuzz_RevertWhen_TheIndexIsBelowTheFirst(uint256 first, uint256 index) external {
        first = bound(first, 1, 6);
        index = bound(index, 0, first - 1);
        DealId dealId = _secondDeal(first);

        vm.expectRevert(abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealId, index, first, 7 - first));
        poco.initialize(dealId, index);
    }

    function testFuzz_RevertWhen_TheIndexIsBeyondTheLast(uint256 first, uint256 index) external {
        first = bound(first, 1, 6);
        index = bound(index, 7, 12);
        DealId dealId = _secondDeal(first);

        vm.expectRevert(abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealId, index, first, 7 - first));
        poco.initialize(dealId, index);
        vm.expectRevert(
            abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealId, type(uint256).max, first, 7 - first)
        );
        poco.initialize(dealId, type(uint256).max);
    }

    function testFuzz_WhenTheDealHasThisIndex(uint256 first, uint256 index, address caller) external {
        first = bound(first, 1, 6);
        index = bound(index, first, 6);
        DealId dealId = _secondDeal(first);
        TaskId expected = TaskId.wrap(keccak256(abi.encodePacked(dealId, index)));

        _record();
        vm.prank(caller);
        TaskId taskId = poco.initialize(dealId, index);

        // It should return the id that follows from deal and index.
        assertEq(TaskId.unwrap(taskId), TaskId.unwrap(expected), "id");
        // It should emit {TaskInitialize} and nothing else.
        _noteInitialize(taskId);
        _assertJournal();
        // It should open the task.
        _assertStatus(taskId, TaskStatus.ACTIVE);
        assertEq(poco.viewTask(taskId).idx, index, "index");
        assertEq(DealId.unwrap(poco.viewTask(taskId).dealid), DealId.unwrap(dealId), "deal");
    }

    function testFuzz_WhenTheDealHasMoreTasksThan40BitsCount(uint256 first, uint256 offset) external {
        first = bound(first, 1, type(uint256).max - 1);
        _withoutPrices();
        _withVolume(type(uint256).max);
        workerpoolOrder.volume = first;
        _matchOrders();
        workerpoolOrder.volume = type(uint256).max;
        workerpoolOrder.salt = "w2";
        requestOrder.volume = type(uint256).max;
        DealId dealId = _matchOrders();
        uint256 last = type(uint256).max - first - 1;

        // It should know the index of every task.
        uint256[7] memory offsets = [0, 2 ** 40 - 2, 2 ** 40 - 1, 2 ** 40, 2 ** 41, last, bound(offset, 0, last)];
        for (uint256 i; i < offsets.length; ++i) {
            uint256 index = first + (offsets[i] % (last + 1));
            if (_statusOf(dealId.taskAt(index)) != TaskStatus.UNSET) continue;
            assertEq(poco.viewTask(poco.initialize(dealId, index)).idx, index, "index");
        }
    }

    function testFuzz_WhenTheFinalDeadlineHasPassed(uint256 time) external {
        DealId dealId = _matchOrders();
        vm.warp(bound(time, FINAL_DEADLINE, type(uint40).max));

        // It should still open the task.
        TaskId taskId = poco.initialize(dealId, 0);
        _assertStatus(taskId, TaskStatus.ACTIVE);
        poco.claim(taskId);
    }
}
