// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MatchedDeal, Matching} from "../core/Matching.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IBoostMatching} from "../interfaces/IBoostMatching.sol";
import {Deal} from "../types/Deal.sol";
import {DealId} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";

/// @title BoostMatchingFacet
abstract contract BoostMatchingFacet is IFacet, IBoostMatching {
    /// @inheritdoc IBoostMatching
    function matchOrdersBoost(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId) {
        return _matchBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder, requestOrder.requester);
    }

    /// @inheritdoc IBoostMatching
    function sponsorMatchOrdersBoost(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder
    ) external returns (DealId dealId) {
        dealId = _matchBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder, msg.sender);
        emit DealSponsoredBoost(dealId, msg.sender);
    }

    function _matchBoost(
        AppOrder calldata appOrder,
        DatasetOrder calldata datasetOrder,
        WorkerpoolOrder calldata workerpoolOrder,
        RequestOrder calldata requestOrder,
        address payer
    ) private returns (DealId) {
        require(requestOrder.trust <= 1, TrustTooHighForBoost(requestOrder.trust));
        _checkPrice(OrderKind.APP, appOrder.appprice);
        if (datasetOrder.dataset != address(0)) _checkPrice(OrderKind.DATASET, datasetOrder.datasetprice);
        _checkPrice(OrderKind.WORKERPOOL, workerpoolOrder.workerpoolprice);
        MatchedDeal memory made = Matching.makeBoostDeal(appOrder, datasetOrder, workerpoolOrder, requestOrder, payer);
        Deal memory deal = made.record.deal;

        emit SchedulerNoticeBoost(
            deal.workerpool.pointer,
            made.dealId,
            deal.app.pointer,
            deal.dataset.pointer,
            deal.category,
            deal.tag,
            requestOrder.params,
            requestOrder.beneficiary
        );
        Matching.emitMatched(made);
        return made.dealId;
    }

    function _checkPrice(OrderKind kind, uint256 price) private pure {
        require(price <= type(uint96).max, PriceTooLargeForBoost(kind, price, type(uint96).max));
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return bytes.concat(IBoostMatching.matchOrdersBoost.selector, IBoostMatching.sponsorMatchOrdersBoost.selector);
    }
}
