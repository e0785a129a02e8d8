// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @title IBoostMatching
/// @notice Turns orders into boost deals: those of trust 0 or 1 whose tasks end in one transaction each.
interface IBoostMatching {
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

    /// @notice Boost has one worker a task, and so no more trust than 1.
    /// @custom:fix Ask for trust 0 or 1, or match with `matchOrders` instead.
    error TrustTooHighForBoost(uint256 trust);

    /// @notice Boost keeps prices in 96 bits.
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
