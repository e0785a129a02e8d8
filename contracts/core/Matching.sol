// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DealRecord} from "./DealCodec.sol";
import {Deals} from "./Deals.sol";
import {ledger} from "./Ledger.sol";
import {orderBook, OrderBook} from "./OrderBook.sol";
import {Consumption, OrderHashes, OrderVolumes} from "./OrderVolumes.sol";
import {Payout} from "./Payout.sol";
import {Registries} from "./Registries.sol";
import {Restriction} from "./Restriction.sol";
import {settings} from "./Settings.sol";
import {Signatures} from "./Signatures.sol";
import {IMatching} from "../interfaces/IMatching.sol";
import {MAX_BOOST_TASKS, PERCENT} from "../types/Constants.sol";
import {Deal} from "../types/Deal.sol";
import {DealId, dealIdOf} from "../types/Ids.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @dev A deal that four matching orders made, and the hashes of the orders.
struct MatchedDeal {
    DealId dealId;
    OrderHashes hashes;
    DealRecord record;
}

/// @title Matching
/// @dev Makes a deal of four orders that match. The rules are the same for classic and boost deals:
///
///   1. Category: the request order and the workerpool order name the same category, and it exists.
///   2. Trust: the request order asks for no more trust than the workerpool order offers.
///   3. Prices: no order asks for more than the request order pays at most.
///   4. Tag: the workerpool order has every bit that the app, dataset and request orders require; and if a TEE is
///      required, the app order requires it too. The framework bits of a dataset order do not count.
///   5. Assets: the request order names the app and the dataset of the other orders.
///   6. Restrictions: every order admits the assets and the requester of the others.
///   7. Owners and signatures: app, dataset and workerpool are registered, and every order is signed or presigned by
///      the owner of its asset, or by the requester.
///   8. Volume: no order is used up.
///
/// Where there is no dataset nobody signed the dataset order, so its price, tag, volume and restrictions do not count.
///
/// Cheap conditions come first. Calls {IRegistry} and {IWorkerpoolRegistry}, which the owner chose, then ERC-734 groups
/// and ERC-1271 signers, all with staticcall: they can change nothing. At last runs the code that {CodeStore} creates.
library Matching {
    /// @dev Makes a classic deal that `payer` pays for. Its tasks take a consensus of workers.
    function makeDeal(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        address payer
    ) internal returns (MatchedDeal memory made) {
        _makeDeal(made, app, dataset, pool, request, payer);
    }

    /// @dev Makes a boost deal that `payer` pays for. Its tasks take one transaction each.
    function makeBoostDeal(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        address payer
    ) internal returns (MatchedDeal memory made) {
        made.record.boost = true;
        _makeDeal(made, app, dataset, pool, request, payer);
    }

    /// @dev Emits {IMatching-OrdersMatched}.
    function emitMatched(MatchedDeal memory made) internal {
        OrderHashes memory hashes = made.hashes;
        emit IMatching.OrdersMatched(
            made.dealId,
            hashes.app,
            hashes.dataset,
            hashes.workerpool,
            hashes.request,
            made.record.deal.botSize
        );
    }

    /// @dev Checks the orders, consumes them, fills in and stores the deal, and locks the money.
    function _makeDeal(
        MatchedDeal memory made,
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        address payer
    ) private {
        settings().requireMatchingOpen();
        Deal memory deal = made.record.deal;

        made.record.timeRef = _checkTerms(app, dataset, pool, request, deal);
        _checkRestrictions(app, dataset, pool, request);
        _loadOwners(dataset, deal);

        OrderHashes memory hashes = OrderVolumes.hash(app, dataset, pool, request);
        Consumption memory used = OrderVolumes.consumption(hashes);
        OrderVolumes.checkRemaining(app, dataset, pool, request, hashes, used);
        uint256 volume = OrderVolumes.remaining(app, dataset, pool, request, hashes, used);
        if (made.record.boost) volume = Math.min(volume, MAX_BOOST_TASKS);
        _checkSignatures(app, dataset, pool, request, hashes, deal);

        made.hashes = hashes;
        made.dealId = dealIdOf(hashes.request, used.request);
        made.record.id = made.dealId;
        deal.requester = request.requester;
        deal.beneficiary = request.beneficiary;
        deal.callback = request.callback;
        deal.startTime = block.timestamp;
        deal.botFirst = used.request;
        deal.botSize = volume;
        deal.sponsor = payer;

        OrderVolumes.consume(hashes, used, volume, request.volume);
        Deals.record(made.dealId, made.record, request.params);
        Payout.lockDeal(ledger(), deal, volume);
    }

    /// @dev Checks rules 1 to 5. Fills in the terms that the orders agree on and returns the clock of the category.
    function _checkTerms(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        Deal memory deal
    ) private view returns (uint256 timeRef) {
        require(request.category == pool.category, IMatching.CategoryMismatch(request.category, pool.category));
        timeRef = settings().category(request.category).workClockTimeRef;
        require(request.trust <= pool.trust, IMatching.TrustTooHigh(request.trust, pool.trust));

        _checkAsset(OrderKind.APP, request.app, app.app);
        _checkAsset(OrderKind.DATASET, request.dataset, dataset.dataset);

        Tag tag = app.tag | request.tag;
        _checkPrice(OrderKind.APP, app.appprice, request.appmaxprice);
        if (dataset.dataset != address(0)) {
            // Without a dataset nobody signed this order, so it is not read.
            _checkPrice(OrderKind.DATASET, dataset.datasetprice, request.datasetmaxprice);
            tag = tag | dataset.tag.withoutFramework();
            deal.dataset.pointer = dataset.dataset;
            deal.dataset.price = dataset.datasetprice;
        }
        _checkPrice(OrderKind.WORKERPOOL, pool.workerpoolprice, request.workerpoolmaxprice);
        require(pool.tag.covers(tag), IMatching.TagNotCovered(tag, pool.tag));
        require(!tag.requiresTee() || app.tag.requiresTee(), IMatching.AppWithoutTee(tag, app.tag));

        deal.app.pointer = app.app;
        deal.app.price = app.appprice;
        deal.workerpool.pointer = pool.workerpool;
        deal.workerpool.price = pool.workerpoolprice;
        deal.trust = Math.max(request.trust, 1);
        deal.category = request.category;
        deal.tag = tag;
    }

    /// @dev Checks rule 6.
    function _checkRestrictions(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request
    ) private view {
        (address appAt, address datasetAt, address poolAt) = (app.app, dataset.dataset, pool.workerpool);
        address requester = request.requester;

        _checkRestriction(OrderKind.REQUEST, request.workerpool, poolAt);
        _checkRestriction(OrderKind.APP, app.datasetrestrict, datasetAt);
        _checkRestriction(OrderKind.APP, app.workerpoolrestrict, poolAt);
        _checkRestriction(OrderKind.APP, app.requesterrestrict, requester);
        if (datasetAt != address(0)) {
            _checkRestriction(OrderKind.DATASET, dataset.apprestrict, appAt);
            _checkRestriction(OrderKind.DATASET, dataset.workerpoolrestrict, poolAt);
            _checkRestriction(OrderKind.DATASET, dataset.requesterrestrict, requester);
        }
        _checkRestriction(OrderKind.WORKERPOOL, pool.apprestrict, appAt);
        _checkRestriction(OrderKind.WORKERPOOL, pool.datasetrestrict, datasetAt);
        _checkRestriction(OrderKind.WORKERPOOL, pool.requesterrestrict, requester);
    }

    /// @dev Checks the first half of rule 7. Fills in the owners of the assets and the terms of the workerpool.
    function _loadOwners(DatasetOrder calldata dataset, Deal memory deal) private view {
        Registries storage registries = settings().registries;
        uint256 stakeRatio;

        deal.app.owner = registries.apps.ownerOfAsset(deal.app.pointer);
        _checkRegistered(OrderKind.APP, deal.app.pointer, deal.app.owner);
        if (dataset.dataset != address(0)) {
            deal.dataset.owner = registries.datasets.ownerOfAsset(dataset.dataset);
            _checkRegistered(OrderKind.DATASET, dataset.dataset, deal.dataset.owner);
        }
        (deal.workerpool.owner, stakeRatio, deal.schedulerRewardRatio) = registries.workerpools().termsOf(
            deal.workerpool.pointer
        );
        _checkRegistered(OrderKind.WORKERPOOL, deal.workerpool.pointer, deal.workerpool.owner);
        require(
            deal.schedulerRewardRatio <= PERCENT,
            IMatching.RewardRatioTooHigh(deal.workerpool.pointer, deal.schedulerRewardRatio, PERCENT)
        );
        deal.workerStake = Payout.percentOf(deal.workerpool.price, stakeRatio);
    }

    /// @dev Checks the second half of rule 7.
    function _checkSignatures(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        OrderHashes memory hashes,
        Deal memory deal
    ) private {
        _checkSignature(OrderKind.APP, hashes.app, deal.app.owner, app.sign);
        if (hashes.dataset != 0) {
            _checkSignature(OrderKind.DATASET, hashes.dataset, deal.dataset.owner, dataset.sign);
        }
        _checkSignature(OrderKind.WORKERPOOL, hashes.workerpool, deal.workerpool.owner, pool.sign);
        _checkSignature(OrderKind.REQUEST, hashes.request, request.requester, request.sign);
    }

    function _checkAsset(OrderKind kind, address requested, address offered) private pure {
        require(requested == offered, IMatching.AssetMismatch(kind, requested, offered));
    }

    function _checkPrice(OrderKind kind, uint256 price, uint256 maxPrice) private pure {
        require(price <= maxPrice, IMatching.PriceTooHigh(kind, price, maxPrice));
    }

    function _checkRestriction(OrderKind by, address restriction, address account) private view {
        require(Restriction.admits(restriction, account), IMatching.Restricted(by, restriction, account));
    }

    function _checkRegistered(OrderKind kind, address asset, address owner) private pure {
        require(owner != address(0), IMatching.NotRegistered(kind, asset));
    }

    /// @dev Stores that a key signed the order, so that the next match need not recover it; except for a request order,
    /// which is not stored (see {OrderBookLib}). A contract is asked at every match, since its answer may change.
    function _checkSignature(OrderKind kind, bytes32 orderHash, address signer, bytes calldata sign) private {
        OrderBook storage book = orderBook();
        if (book.isProven(orderHash, signer, sign)) return;

        require(Signatures.isValid(signer, orderHash, sign), IMatching.NotSigned(kind, orderHash, signer));
        if (kind != OrderKind.REQUEST && signer.code.length == 0) book.prove(orderHash, signer, sign);
    }
}
