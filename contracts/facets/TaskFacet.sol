// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealRecord} from "../core/DealCodec.sol";
import {Deals} from "../core/Deals.sol";
import {ledger} from "../core/Ledger.sol";
import {Payout} from "../core/Payout.sol";
import {ReceiptCodec} from "../core/ReceiptCodec.sol";
import {tasks, TaskState} from "../core/Tasks.sol";
import {TaskViews} from "../core/TaskViews.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {ITasks} from "../interfaces/ITasks.sol";
import {DealId, TaskId} from "../types/Ids.sol";
import {Task, TaskStatus} from "../types/Task.sol";

/// @title TaskFacet
abstract contract TaskFacet is IFacet, ITasks {
    /// @inheritdoc ITasks
    function initialize(DealId dealId, uint256 index) external returns (TaskId) {
        address location = Deals.addressOf(dealId);
        return _initialize(dealId, index, location, Deals.load(location));
    }

    /// @inheritdoc ITasks
    function claim(TaskId taskId) external {
        _claim(taskId, Deals.load(tasks().byId[taskId].deal));
    }

    /// @inheritdoc ITasks
    function initializeArray(DealId[] calldata dealIds, uint256[] calldata indexes) external returns (bool) {
        _initializeEach(dealIds, indexes, false);
        return true;
    }

    /// @inheritdoc ITasks
    function claimArray(TaskId[] calldata taskIds) external returns (bool) {
        address location;
        DealRecord memory record;
        for (uint256 i; i < taskIds.length; ++i) {
            address next = tasks().byId[taskIds[i]].deal;
            // Consecutive tasks of one deal share the record, which is read once.
            if (next != location) (location, record) = (next, Deals.load(next));
            _claim(taskIds[i], record);
        }
        return true;
    }

    /// @inheritdoc ITasks
    function initializeAndClaimArray(DealId[] calldata dealIds, uint256[] calldata indexes) external returns (bool) {
        _initializeEach(dealIds, indexes, true);
        return true;
    }

    /// @inheritdoc ITasks
    function viewTask(TaskId id) external view returns (Task memory) {
        return TaskViews.task(id);
    }

    /// @inheritdoc ITasks
    function resultFor(TaskId id) external view returns (bytes memory) {
        tasks().byId[id].requireStatus(id, TaskStatus.COMPLETED);
        return ReceiptCodec.read(id).resultsCallback;
    }

    function _initializeEach(DealId[] calldata dealIds, uint256[] calldata indexes, bool claims) private {
        require(dealIds.length == indexes.length, IndexesMismatch(dealIds.length, indexes.length));

        address location;
        DealRecord memory record;
        for (uint256 i; i < dealIds.length; ++i) {
            // Consecutive tasks of one deal share the record, which is read once.
            if (i == 0 || DealId.unwrap(dealIds[i]) != DealId.unwrap(dealIds[i - 1])) {
                location = Deals.addressOf(dealIds[i]);
                record = Deals.load(location);
            }
            TaskId taskId = _initialize(dealIds[i], indexes[i], location, record);
            if (claims) _claim(taskId, record);
        }
    }

    /// @dev Opens a task of the deal `record`, which is stored at `location`.
    function _initialize(
        DealId dealId,
        uint256 index,
        address location,
        DealRecord memory record
    ) private returns (TaskId taskId) {
        uint256 first = record.deal.botFirst;
        uint256 size = record.deal.botSize;
        require(size > 0 && !record.boost, UnknownDeal(dealId));
        require(index >= first && index - first < size, IndexOutOfRange(dealId, index, first, size));

        taskId = dealId.taskAt(index);
        tasks().byId[taskId].open(taskId, location, index - first);
        emit TaskInitialize(taskId, record.deal.workerpool.pointer);
    }

    /// @dev Fails a task of the deal `record`, which is empty if there is no such task.
    function _claim(TaskId taskId, DealRecord memory record) private {
        TaskState storage task = tasks().byId[taskId];
        task.fail(taskId, record);
        Payout.refund(ledger(), task, record.deal, taskId);
        emit TaskClaimed(taskId);
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                ITasks.initialize.selector,
                ITasks.claim.selector,
                ITasks.initializeArray.selector,
                ITasks.claimArray.selector,
                ITasks.initializeAndClaimArray.selector,
                ITasks.viewTask.selector,
                ITasks.resultFor.selector
            );
    }
}
