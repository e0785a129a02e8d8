// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Authorization} from "../core/Authorization.sol";
import {Callback} from "../core/Callback.sol";
import {DealRecord} from "../core/DealCodec.sol";
import {Deals} from "../core/Deals.sol";
import {ledger} from "../core/Ledger.sol";
import {Payout} from "../core/Payout.sol";
import {TaskLib, tasks, TaskState} from "../core/Tasks.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IBoost} from "../interfaces/IBoost.sol";
import {ITasks} from "../interfaces/ITasks.sol";
import {Deal, DealBoost} from "../types/Deal.sol";
import {DealId, TaskId} from "../types/Ids.sol";
import {Tag} from "../types/Tag.sol";

/// @title BoostFacet
abstract contract BoostFacet is IFacet, IBoost {
    /// @dev Shifts the last three bytes of a tag to the front.
    uint256 private constant SHORT_TAG_SHIFT = 232;

    /// @inheritdoc IBoost
    function pushResultBoost(
        DealId dealId,
        uint256 index,
        bytes calldata results,
        bytes calldata resultsCallback,
        bytes calldata authorizationSign,
        address enclaveChallenge,
        bytes calldata enclaveSign
    ) external {
        DealRecord memory record = Deals.load(Deals.addressOf(dealId));
        TaskId taskId = _taskOf(dealId, record, index);
        Deal memory deal = record.deal;
        TaskState storage task = tasks().byId[taskId];
        task.requireBoostOpen(taskId, record);
        require(deal.callback == address(0) || resultsCallback.length > 0, CallbackDataMissing(taskId, deal.callback));
        bytes32 resultHash = keccak256(deal.callback == address(0) ? results : resultsCallback);
        Authorization.requireAuthorized({
            deal: deal,
            taskId: taskId,
            worker: msg.sender,
            statement: keccak256(abi.encodePacked(msg.sender, taskId, resultHash)),
            enclaveChallenge: enclaveChallenge,
            enclaveSign: enclaveSign,
            authorizationSign: authorizationSign
        });

        task.concludeBoost();
        Payout.payBoost(ledger(), deal, taskId, msg.sender);
        emit ResultPushedBoost(dealId, index, results);

        Callback.notify(deal.callback, taskId, resultsCallback);
    }

    /// @inheritdoc IBoost
    function claimBoost(DealId dealId, uint256 index) external {
        DealRecord memory record = Deals.load(Deals.addressOf(dealId));
        TaskId taskId = _taskOf(dealId, record, index);

        tasks().byId[taskId].failBoost(taskId, record);
        Payout.refundBoost(ledger(), record.deal, taskId);
        emit ITasks.TaskClaimed(taskId);
    }

    /// @inheritdoc IBoost
    function viewDealBoost(DealId id) external view returns (DealBoost memory boost) {
        DealRecord memory record = Deals.load(Deals.addressOf(id));
        if (!record.boost) return boost;

        Deal memory deal = record.deal;
        // The casts are safe: {BoostMatchingFacet} refuses prices that do not fit, and the clock of a category has 32
        // bits.
        boost.appOwner = deal.app.owner;
        boost.appPrice = uint96(deal.app.price);
        boost.datasetOwner = deal.dataset.owner;
        boost.datasetPrice = uint96(deal.dataset.price);
        boost.workerpoolOwner = deal.workerpool.owner;
        boost.workerpoolPrice = uint96(deal.workerpool.price);
        boost.requester = deal.requester;
        boost.workerReward = uint96(Payout.workersShare(deal, deal.workerpool.price));
        boost.callback = deal.callback;
        boost.deadline = uint40(TaskLib.contributionDeadline(record));
        // This is for information only, since tasks of boost deals count from zero. It saturates where more was used
        // before.
        boost.botFirst = uint16(Math.min(deal.botFirst, type(uint16).max));
        boost.botSize = uint16(deal.botSize);
        boost.shortTag = bytes3(Tag.unwrap(deal.tag) << SHORT_TAG_SHIFT);
        boost.sponsor = deal.sponsor;
    }

    /// @dev Returns the id of task `index` of a boost deal. Reverts if the deal has no such task.
    function _taskOf(DealId dealId, DealRecord memory record, uint256 index) private pure returns (TaskId) {
        require(record.boost, ITasks.UnknownDeal(dealId));
        uint256 size = record.deal.botSize;
        require(index < size, ITasks.IndexOutOfRange(dealId, index, 0, size));
        return dealId.taskAt(index);
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return bytes.concat(IBoost.pushResultBoost.selector, IBoost.claimBoost.selector, IBoost.viewDealBoost.selector);
    }
}
