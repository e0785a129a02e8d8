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
    /// @custom:fix Pair the request with a workerpool order of the category that it asks for.
    /// @custom:replaces iExecV5-matchOrders-0x00
    error CategoryMismatch(uint256 demanded, uint256 offered);

    /// @notice The request asks for more trust than the workerpool offers.
    /// @custom:fix Lower the trust of the request, or find a workerpool order that offers as much.
    /// @custom:replaces iExecV5-matchOrders-0x02
    error TrustTooHigh(uint256 demanded, uint256 offered);

    /// @notice An order asks for more than the requester is ready to pay for it, in nRLC per task.
    /// @param order The order that is too expensive.
    /// @custom:fix Raise the request's maximum price for this order to at least `price`, or find a cheaper order.
    /// @custom:replaces iExecV5-matchOrders-0x03 (app)
    /// @custom:replaces iExecV5-matchOrders-0x04 (dataset)
    /// @custom:replaces iExecV5-matchOrders-0x05 (workerpool)
    error PriceTooHigh(OrderKind order, uint256 price, uint256 maxPrice);

    /// @notice The workerpool does not offer every bit that app, dataset and request demand.
    /// @custom:fix Find a workerpool order whose tag has every bit that app, dataset and request demand.
    /// @custom:replaces iExecV5-matchOrders-0x06
    error TagNotCovered(Tag demanded, Tag offered);

    /// @notice An enclave is demanded, but the app is not made for one.
    /// @custom:fix Sign an app order with tag bit 0 for an app that runs in an enclave, or take that bit out of the
    /// demands.
    /// @custom:replaces iExecV5-matchOrders-0x07
    error AppWithoutTee(Tag demanded, Tag app);

    /// @notice The request asks for one app or dataset, the order offers another.
    /// @custom:fix Match the request with an order for the very app or dataset that it names.
    /// @custom:replaces iExecV5-matchOrders-0x10 (app)
    /// @custom:replaces iExecV5-matchOrders-0x11 (dataset)
    error AssetMismatch(OrderKind order, address demanded, address offered);

    /// @notice `account` is not welcome under the restriction written in the `by` order.
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

    /// @notice The asset is not in the registry of its kind.
    /// @custom:fix Create the asset in the hub's registry of its kind, or correct its address in the order.
    /// @custom:replaces iExecV5-matchOrders-0x20 (app)
    /// @custom:replaces iExecV5-matchOrders-0x30 (dataset)
    /// @custom:replaces iExecV5-matchOrders-0x40 (workerpool)
    error NotRegistered(OrderKind kind, address asset);

    /// @notice The workerpool's registry says that the scheduler keeps more than the whole reward.
    /// @custom:fix Match with another workerpool, or have the owner of the hub look at the registry of workerpools.
    error RewardRatioTooHigh(address workerpool, uint256 ratio, uint256 maxRatio);

    /// @notice The order is neither signed nor presigned by `signer`: the asset's owner now, or the requester.
    /// @custom:fix Have `signer` sign this very order for this hub and chain, or presign it; after a sale the new owner
    /// must sign.
    /// @custom:replaces iExecV5-matchOrders-0x21 (app)
    /// @custom:replaces iExecV5-matchOrders-0x31 (dataset)
    /// @custom:replaces iExecV5-matchOrders-0x41 (workerpool)
    /// @custom:replaces iExecV5-matchOrders-0x50 (request)
    error NotSigned(OrderKind kind, bytes32 orderHash, address signer);

    /// @notice All of the order's volume is used, or it was closed.
    /// @custom:fix Ask for a fresh order: sign it anew with another salt, or with a larger volume.
    /// @custom:replaces iExecV5-matchOrders-0x60
    error OrderExhausted(OrderKind kind, bytes32 orderHash, uint256 volume);

    /// @notice The dataset order could not serve the deal, and why not.
    /// @custom:fix Read the reason, and offer an order of a dataset that the deal can use.
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
