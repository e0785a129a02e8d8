// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract InitializeArray_Unit_Test is Journal {
    function testFuzz_RevertWhen_ThereAreNotAsManyDealsAsIndexes(uint256 deals, uint256 indexes) external {
        deals = bound(deals, 0, 5);
        indexes = bound(indexes, 0, 5);
        vm.assume(deals != indexes);
        _withVolume(5);
        DealId dealId = _matchOrders();
        DealId[] memory dealIds = new DealId[](deals);
        uint256[] memory numbers = new uint256[](indexes);
        for (uint256 i; i < deals; ++i) dealIds[i] = dealId;
        for (uint256 i; i < indexes; ++i) numbers[i] = i;

        vm.expectRevert(abi.encodeWithSelector(ITasks.IndexesMismatch.selector, deals, indexes));
        poco.initializeArray(dealIds, numbers);
    }

    function test_RevertWhen_OneOfTheTasksCannotBeOpened() external {
        DealId[] memory dealIds = new DealId[](2);
        dealIds[0] = _matchOrders();
        dealIds[1] = dealIds[0];
        uint256[] memory indexes = new uint256[](2);
        indexes[1] = 1;

        vm.expectRevert(abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealIds[0], 1, 0, 1));
        poco.initializeArray(dealIds, indexes);
        _assertStatus(dealIds[0].taskAt(0), TaskStatus.UNSET);
    }

    function test_WhenThereAreNoTasks() external {
        _record();

        // It should do nothing and return true.
        assertTrue(poco.initializeArray(new DealId[](0), new uint256[](0)), "answer");
        _assertJournal();
    }

    function test_RevertWhen_ADealThatDoesNotExistFollowsOneThatDoes() external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _turns();
        dealIds[3] = DealId.wrap("unknown");

        vm.expectRevert(abi.encodeWithSelector(ITasks.UnknownDeal.selector, dealIds[3]));
        poco.initializeArray(dealIds, indexes);
    }

    function test_WhenTasksOfSeveralDealsTakeTurns() external {
        (DealId[] memory dealIds, uint256[] memory indexes) = _turns();
        TaskId[] memory ids = new TaskId[](4);
        for (uint256 i; i < 4; ++i) ids[i] = dealIds[i].taskAt(indexes[i]);

        _record();
        poco.initializeArray(dealIds, indexes);

        // It should take each by the terms of its own deal.
        for (uint256 i; i < 4; ++i) {
            _noteInitialize(ids[i]);
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

    function test_WhenAllTasksCanBeOpened() external {
        _withVolume(2);
        DealId[] memory dealIds = new DealId[](3);
        dealIds[0] = _matchOrders();
        dealIds[1] = dealIds[0];
        (appOrder.salt, datasetOrder.salt, workerpoolOrder.salt, requestOrder.salt) = ("2", "2", "2", "2");
        dealIds[2] = _matchOrders();
        uint256[] memory indexes = new uint256[](3);
        (indexes[0], indexes[1], indexes[2]) = (1, 0, 1);

        _record();
        bool answer = poco.initializeArray(dealIds, indexes);

        // It should return true.
        assertTrue(answer, "answer");
        // It should emit {TaskInitialize} for each in order.
        for (uint256 i; i < 3; ++i) _noteInitialize(dealIds[i].taskAt(indexes[i]));
        _assertJournal();
        // It should open each task.
        for (uint256 i; i < 3; ++i) _assertStatus(dealIds[i].taskAt(indexes[i]), TaskStatus.ACTIVE);
        _assertStatus(dealIds[2].taskAt(0), TaskStatus.UNSET);
    }
}
