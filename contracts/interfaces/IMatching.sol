// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deal} from "../types/Deal.sol";
import {DealId} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @title IMatching
/// @notice Four orders that fit become a deal. Anyone may bring them together.
interface IMatching {
    /// @notice Emitted to tell a workerpool that it has work.
    event SchedulerNotice(address indexed workerpool, DealId dealid);

    /// @notice Emitted when orders became a deal of `volume` tasks. The dataset's hash is zero where there is none.
    event OrdersMatched(
        DealId dealid,
        bytes32 appHash,
        bytes32 datasetHash,
        bytes32 workerpoolHash,
        bytes32 requestHash,
        uint256 volume
    );

    /// @notice Emitted when somebody else than the requester pays.
    event DealSponsored(DealId dealId, address sponsor);

    /// @notice The request asks for one category, the workerpool offers another.
    error CategoryMismatch(uint256 demanded, uint256 offered);

    /// @notice The request asks for more trust than the workerpool offers.
    error TrustTooHigh(uint256 demanded, uint256 offered);

    /// @notice An order asks for more than the requester is ready to pay for it, in nRLC per task.
    /// @param order The order that is too expensive.
    error PriceTooHigh(OrderKind order, uint256 price, uint256 maxPrice);

    /// @notice The workerpool does not offer every bit that app, dataset and request demand.
    error TagNotCovered(Tag demanded, Tag offered);

    /// @notice An enclave is demanded, but the app is not made for one.
    error AppWithoutTee(Tag demanded, Tag app);

    /// @notice The request asks for one app or dataset, the order offers another.
    error AssetMismatch(OrderKind order, address demanded, address offered);

    /// @notice `account` is not welcome under the restriction written in the `by` order.
    error Restricted(OrderKind by, address restriction, address account);

    /// @notice The asset is not in the registry of its kind.
    error NotRegistered(OrderKind kind, address asset);

    /// @notice The order is neither signed nor presigned by `signer`: the asset's owner now, or the requester.
    error NotSigned(OrderKind kind, bytes32 orderHash, address signer);

    /// @notice All of the order's volume is used, or it was closed.
    error OrderExhausted(OrderKind kind, bytes32 orderHash, uint256 volume);

    /// @notice The dataset order could not serve the deal, and why not.
    error IncompatibleDatasetOrder(string reason);

    /// @notice Makes a deal that the requester pays for, and returns its id.
    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId);

    /// @notice Makes a deal that the caller pays for, and returns its id.
    function sponsorMatchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId);

    /// @notice How many tasks these orders would make: what is left of the order that has the least left. Looks at
    /// nothing else.
    function computeDealVolume(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external view returns (uint256);

    /// @notice Rejects, with a reason, unless the dataset order could serve a deal that was made without a dataset. It
    /// is how one deal runs over many datasets.
    function assertDatasetDealCompatibility(DatasetOrder calldata datasetOrder, DealId dealId) external view;

    /// @notice The deal, or zeros.
    function viewDeal(DealId id) external view returns (Deal memory deal);
}
