// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealBoost} from "../types/Deal.sol";
import {DealId, TaskId} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @title IBoost
/// @notice Deals whose tasks end in one transaction each, for trust 0 or 1.
interface IBoost {
    /// @notice Emitted to tell a workerpool that it has work, and all it needs to begin.
    event SchedulerNoticeBoost(
        address indexed workerpool,
        DealId dealId,
        address app,
        address dataset,
        uint256 category,
        Tag tag,
        string params,
        address beneficiary
    );

    /// @notice Emitted when somebody else than the requester pays.
    event DealSponsoredBoost(DealId dealId, address sponsor);

    /// @notice Emitted when task `index` was completed and everyone paid.
    event ResultPushedBoost(DealId dealId, uint256 index, bytes results);

    /// @notice Boost has one worker a task, and so no more trust than 1.
    /// @custom:fix Ask for trust 0 or 1, or match with `matchOrders` instead.
    error TrustTooHighForBoost(uint256 trust);

    /// @notice Boost keeps prices in 96 bits.
    /// @custom:fix Ask for a price of at most `maxPrice`, or match with `matchOrders` instead.
    error PriceTooLargeForBoost(OrderKind order, uint256 price, uint256 maxPrice);

    /// @notice The deal's callback is to receive something, and there is nothing.
    /// @custom:fix Push the task with `resultsCallback`, the data for the deal's callback.
    error CallbackDataMissing(TaskId taskId, address callback);

    /// @notice Makes a boost deal that the requester pays for, and returns its id.
    function matchOrdersBoost(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId);

    /// @notice Makes a boost deal that the caller pays for, and returns its id.
    function sponsorMatchOrdersBoost(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId);

    /// @notice Completes task `index` of a boost deal and pays everyone. Indexes run from 0 to botSize - 1.
    /// @param enclaveSign The enclave's signature of the message keccak256(caller ‖ task id ‖ keccak256(data)); data is
    /// resultsCallback where the deal has a callback, else results.
    function pushResultBoost(
        DealId dealId,
        uint256 index,
        bytes calldata results,
        bytes calldata resultsCallback,
        bytes calldata authorizationSign,
        address enclaveChallenge,
        bytes calldata enclaveSign
    ) external;

    /// @notice Fails task `index` of a boost deal that nobody completed in time.
    function claimBoost(DealId dealId, uint256 index) external;

    /// @notice The boost deal, or zeros.
    function viewDealBoost(DealId id) external view returns (DealBoost memory deal);
}
