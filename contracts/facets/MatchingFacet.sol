// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {DealRecord} from "../core/DealCodec.sol";
import {Deals} from "../core/Deals.sol";
import {MatchedDeal, Matching} from "../core/Matching.sol";
import {orderBook} from "../core/OrderBook.sol";
import {OrderHashes, OrderVolumes} from "../core/OrderVolumes.sol";
import {Restriction} from "../core/Restriction.sol";
import {settings} from "../core/Settings.sol";
import {Signatures} from "../core/Signatures.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IMatching} from "../interfaces/IMatching.sol";
import {Deal} from "../types/Deal.sol";
import {domainSeparator} from "../types/Domain.sol";
import {DealId} from "../types/Ids.sol";
import {OrderHash} from "../types/OrderHash.sol";
import {AppOrder, DatasetOrder, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";

/// @title MatchingFacet
/// @dev Calls an {IRegistry}, which the owner chose, with staticcall: it can change nothing. {Matching} lists its own
/// calls.
abstract contract MatchingFacet is IFacet, IMatching {
    using OrderHash for DatasetOrder;

    /// @inheritdoc IMatching
    function matchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId) {
        return _match(appOrder, datasetOrder, workerpoolOrder, requestOrder, requestOrder.requester);
    }

    /// @inheritdoc IMatching
    function sponsorMatchOrders(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId dealId) {
        dealId = _match(appOrder, datasetOrder, workerpoolOrder, requestOrder, msg.sender);
        emit DealSponsored(dealId, msg.sender);
    }

    /// @inheritdoc IMatching
    function computeDealVolume(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external view returns (uint256) {
        OrderHashes memory hashes = OrderVolumes.hash(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        return
            OrderVolumes.remaining(
                appOrder,
                datasetOrder,
                workerpoolOrder,
                requestOrder,
                hashes,
                OrderVolumes.consumption(hashes)
            );
    }

    /// @inheritdoc IMatching
    function assertDatasetDealCompatibility(DatasetOrder calldata datasetOrder, DealId dealId) external view {
        bytes32 orderHash = MessageHashUtils.toTypedDataHash(domainSeparator(address(this)), datasetOrder.hash());
        address dataset = datasetOrder.dataset;
        address owner = settings().registries.datasets.ownerOfAsset(dataset);
        DealRecord memory record = Deals.load(Deals.addressOf(dealId));
        Deal memory deal = record.deal;

        _assert(orderBook().consumed(orderHash) < datasetOrder.volume, "dataset order is revoked or fully consumed");
        _assert(owner != address(0), "dataset is not registered");
        _assert(
            orderBook().isPresigned(orderHash, owner) || Signatures.isValid(owner, orderHash, datasetOrder.sign),
            "dataset order is not signed by the dataset's owner"
        );
        _assert(deal.app.pointer != address(0), "deal does not exist");
        _assert(deal.dataset.pointer == address(0), "deal has a dataset already");
        _assert(Restriction.admits(datasetOrder.apprestrict, deal.app.pointer), "dataset order excludes the app");
        _assert(
            Restriction.admits(datasetOrder.workerpoolrestrict, deal.workerpool.pointer),
            "dataset order excludes the workerpool"
        );
        _assert(
            Restriction.admits(datasetOrder.requesterrestrict, deal.requester),
            "dataset order excludes the requester"
        );
        _assert(
            deal.tag.covers(datasetOrder.tag.withoutFramework()),
            "dataset order demands what the deal's tag does not have"
        );
    }

    /// @inheritdoc IMatching
    function viewDeal(DealId id) external view returns (Deal memory deal) {
        DealRecord memory record = Deals.loadWhole(Deals.addressOf(id));
        if (!record.boost) deal = record.deal;
    }

    function _match(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder,
        address payer
    ) private returns (DealId) {
        MatchedDeal memory made = Matching.makeDeal(appOrder, datasetOrder, workerpoolOrder, requestOrder, payer);

        emit SchedulerNotice(workerpoolOrder.workerpool, made.dealId);
        Matching.emitMatched(made);
        return made.dealId;
    }

    function _assert(bool condition, string memory reason) private pure {
        require(condition, IncompatibleDatasetOrder(reason));
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IMatching.matchOrders.selector,
                IMatching.sponsorMatchOrders.selector,
                IMatching.computeDealVolume.selector,
                IMatching.assertDatasetDealCompatibility.selector,
                IMatching.viewDeal.selector
            );
    }
}
