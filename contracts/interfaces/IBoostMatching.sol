// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {DealId} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @title IBoostMatching
/// @notice Matching of orders to boost deals: deals of trust 0 or 1 whose tasks are completed in one transaction each.
interface IBoostMatching {
    /// @notice Emitted to notify a workerpool of a new boost deal, with the fields that it needs to start.
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

    /// @notice Emitted when another account than the requester pays.
    event DealSponsoredBoost(DealId dealId, address sponsor);

    /// @notice A boost task has one worker, so a boost deal cannot have more trust than 1.
    /// @custom:fix Ask for trust 0 or 1, or match with `matchOrders` instead.
    error TrustTooHighForBoost(uint256 trust);

    /// @notice The prices of a boost deal must fit 96 bits.
    /// @custom:fix Ask for a price of at most `maxPrice`, or match with `matchOrders` instead.
    error PriceTooLargeForBoost(OrderKind order, uint256 price, uint256 maxPrice);

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
}
