// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Deal} from "../types/Deal.sol";
import {DealId} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @title IMatching
/// @notice Matching of four orders to a deal. Anyone may match orders.
interface IMatching {
    /// @notice Emitted to notify a workerpool of a new deal.
    event SchedulerNotice(address indexed workerpool, DealId dealid);

    /// @notice Emitted when orders make a deal of `volume` tasks. `datasetHash` is zero where there is no dataset.
    event OrdersMatched(
        DealId dealid,
        bytes32 appHash,
        bytes32 datasetHash,
        bytes32 workerpoolHash,
        bytes32 requestHash,
        uint256 volume
    );

    /// @notice Emitted when another account than the requester pays.
    event DealSponsored(DealId dealId, address sponsor);

    /// @notice The request order and the workerpool order name different categories.
    /// @custom:fix Match the request order with a workerpool order of its category.
    /// @custom:replaces iExecV5-matchOrders-0x00
    error CategoryMismatch(uint256 demanded, uint256 offered);

    /// @notice The request order asks for more trust than the workerpool order offers.
    /// @custom:fix Lower the trust of the request order, or find a workerpool order that offers as much.
    /// @custom:replaces iExecV5-matchOrders-0x02
    error TrustTooHigh(uint256 demanded, uint256 offered);

    /// @notice The price of an order exceeds the maximum price of the request order, in nRLC per task.
    /// @param order The order that is too expensive.
    /// @custom:fix Raise the request's maximum price for this order to at least `price`, or find a cheaper order.
    /// @custom:replaces iExecV5-matchOrders-0x03 (app)
    /// @custom:replaces iExecV5-matchOrders-0x04 (dataset)
    /// @custom:replaces iExecV5-matchOrders-0x05 (workerpool)
    error PriceTooHigh(OrderKind order, uint256 price, uint256 maxPrice);

    /// @notice The tag of the workerpool order lacks bits that the app, dataset and request orders require.
    /// @custom:fix Find a workerpool order whose tag has every bit that the app, dataset and request orders require.
    /// @custom:replaces iExecV5-matchOrders-0x06
    error TagNotCovered(Tag demanded, Tag offered);

    /// @notice The orders require a TEE, but the app order does not.
    /// @custom:fix Sign an app order with tag bit 0 for an app that runs in an enclave, or clear that bit in the other
    /// orders.
    /// @custom:replaces iExecV5-matchOrders-0x07
    error AppWithoutTee(Tag demanded, Tag app);

    /// @notice The request order names another app or dataset than the order of its owner.
    /// @custom:fix Match the request order with an order for the app or dataset that it names.
    /// @custom:replaces iExecV5-matchOrders-0x10 (app)
    /// @custom:replaces iExecV5-matchOrders-0x11 (dataset)
    error AssetMismatch(OrderKind order, address demanded, address offered);

    /// @notice The `by` order has a `restriction` that does not admit `account`.
    /// @custom:fix Use orders whose restrictions admit `account`, or have the signer of the `by` order sign a new one.
    /// @custom:replaces iExecV5-matchOrders-0x12 (request restricts workerpool)
    /// @custom:replaces iExecV5-matchOrders-0x13 (app restricts dataset)
    /// @custom:replaces iExecV5-matchOrders-0x14 (app restricts workerpool)
    /// @custom:replaces iExecV5-matchOrders-0x15 (app restricts requester)
    /// @custom:replaces iExecV5-matchOrders-0x16 (dataset restricts app)
    /// @custom:replaces iExecV5-matchOrders-0x17 (dataset restricts workerpool)
    /// @custom:replaces iExecV5-matchOrders-0x18 (dataset restricts requester)
    /// @custom:replaces iExecV5-matchOrders-0x19 (workerpool restricts app)
    /// @custom:replaces iExecV5-matchOrders-0x1a (workerpool restricts dataset)
    /// @custom:replaces iExecV5-matchOrders-0x1b (workerpool restricts requester)
    error Restricted(OrderKind by, address restriction, address account);

    /// @notice The asset is not registered in the registry of its kind.
    /// @custom:fix Create the asset in the hub's registry of its kind, or correct its address in the order.
    /// @custom:replaces iExecV5-matchOrders-0x20 (app)
    /// @custom:replaces iExecV5-matchOrders-0x30 (dataset)
    /// @custom:replaces iExecV5-matchOrders-0x40 (workerpool)
    error NotRegistered(OrderKind kind, address asset);

    /// @notice The registry of the workerpool answers that the scheduler keeps more than the whole reward.
    /// @custom:fix Match with another workerpool, or have the owner of the hub check the workerpool registry.
    error RewardRatioTooHigh(address workerpool, uint256 ratio, uint256 maxRatio);

    /// @notice The order is neither signed nor presigned by `signer`, the current owner of the asset or the requester.
    /// @custom:fix Have `signer` sign this very order for this hub and chain, or presign it; after a sale the new owner
    /// must sign.
    /// @custom:replaces iExecV5-matchOrders-0x21 (app)
    /// @custom:replaces iExecV5-matchOrders-0x31 (dataset)
    /// @custom:replaces iExecV5-matchOrders-0x41 (workerpool)
    /// @custom:replaces iExecV5-matchOrders-0x50 (request)
    error NotSigned(OrderKind kind, bytes32 orderHash, address signer);

    /// @notice The whole volume of the order is used, or the order was closed.
    /// @custom:fix Use another order: the signer can sign a new one with another salt or a larger volume.
    /// @custom:replaces iExecV5-matchOrders-0x60
    error OrderExhausted(OrderKind kind, bytes32 orderHash, uint256 volume);

    /// @notice The dataset order cannot be used with the deal, for the given reason.
    /// @custom:fix Pass a dataset order that the deal can use; `reason` names the condition that failed.
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

    /// @notice Returns the number of tasks that a deal of these orders would have: the remaining volume of the order
    /// that has the least. Checks nothing else.
    function computeDealVolume(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external view returns (uint256);

    /// @notice Reverts with a reason unless the dataset order can be used with the deal, which must have no dataset.
    /// One deal can use many datasets in this way.
    function assertDatasetDealCompatibility(DatasetOrder calldata datasetOrder, DealId dealId) external view;

    /// @notice Returns the deal, or zeros.
    function viewDeal(DealId id) external view returns (Deal memory deal);
}
