// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DealRecord} from "./DealCodec.sol";
import {Deals} from "./Deals.sol";
import {ledger} from "./Ledger.sol";
import {orderBook, OrderBook} from "./OrderBook.sol";
import {Payout} from "./Payout.sol";
import {Registries} from "./Registries.sol";
import {Restriction} from "./Restriction.sol";
import {settings} from "./Settings.sol";
import {Signatures} from "./Signatures.sol";
import {IMatching} from "../interfaces/IMatching.sol";
import {MAX_BOOST_TASKS, PERCENT} from "../types/Constants.sol";
import {Deal} from "../types/Deal.sol";
import {domainSeparator} from "../types/Domain.sol";
import {DealId, dealIdOf} from "../types/Ids.sol";
import {OrderHash} from "../types/OrderHash.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";
import {Tag} from "../types/Tag.sol";

/// @dev EIP-712 hashes of four orders. The dataset's is zero where there is no dataset.
struct OrderHashes {
    bytes32 app;
    bytes32 dataset;
    bytes32 workerpool;
    bytes32 request;
}

/// @dev How much of each of four orders is used.
struct Consumption {
    uint256 app;
    uint256 dataset;
    uint256 workerpool;
    uint256 request;
}

/// @dev What came of four orders that fit.
struct Match {
    DealId dealId;
    OrderHashes hashes;
    DealRecord record;
}

/// @title Matching
/// @dev Whether four orders fit, and the deal they make: one set of rules for classic and boost deals. Cheap conditions
/// come first. Calls {IRegistry} and {IWorkerpoolRegistry}, which the owner chose, then ERC-734 groups and ERC-1271
/// signers, all with staticcall: they can change nothing. At last it runs the code that {CodeStore} creates.
library Matching {
    using OrderHash for AppOrder;
    using OrderHash for DatasetOrder;
    using OrderHash for WorkerpoolOrder;
    using OrderHash for RequestOrder;

    /// @dev Makes a deal that `payer` pays for: checks the orders, consumes them, records the deal, locks the money.
    function strike(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        address payer,
        bool boost
    ) internal returns (Match memory made) {
        settings().checkMatching();
        made.record.boost = boost;
        Deal memory deal = made.record.deal;

        made.record.timeRef = _checkTerms(app, dataset, pool, request, deal);
        _checkRestrictions(app, dataset, pool, request);
        _loadOwners(dataset, deal);

        OrderHashes memory hashes = hash(app, dataset, pool, request);
        Consumption memory used = consumption(hashes);
        _checkVolumes(app, dataset, pool, request, hashes, used);
        uint256 volume = remaining(app, dataset, pool, request, hashes, used);
        if (boost) volume = Math.min(volume, MAX_BOOST_TASKS);
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

        _consume(hashes, used, volume, request.volume);
        Deals.record(made.dealId, made.record, request.params);
        Payout.lockDeal(ledger(), deal, volume);
    }

    /// @dev Says that orders became a deal.
    function announce(Match memory made) internal {
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

    /// @dev The hashes that four orders are signed, presigned and consumed under.
    function hash(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request
    ) internal view returns (OrderHashes memory hashes) {
        bytes32 separator = domainSeparator(address(this));
        hashes.app = MessageHashUtils.toTypedDataHash(separator, app.hash());
        if (dataset.dataset != address(0)) {
            hashes.dataset = MessageHashUtils.toTypedDataHash(separator, dataset.hash());
        }
        hashes.workerpool = MessageHashUtils.toTypedDataHash(separator, pool.hash());
        hashes.request = MessageHashUtils.toTypedDataHash(separator, request.hash());
    }

    /// @dev How much of each order is used.
    function consumption(OrderHashes memory hashes) internal view returns (Consumption memory used) {
        OrderBook storage book = orderBook();
        used.app = book.consumed(hashes.app);
        if (hashes.dataset != 0) used.dataset = book.consumed(hashes.dataset);
        used.workerpool = book.consumed(hashes.workerpool);
        used.request = book.requestConsumed(hashes.request);
    }

    /// @dev What is left of the order that has the least left.
    function remaining(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        OrderHashes memory hashes,
        Consumption memory used
    ) internal pure returns (uint256 volume) {
        volume = Math.saturatingSub(app.volume, used.app);
        if (hashes.dataset != 0) volume = Math.min(volume, Math.saturatingSub(dataset.volume, used.dataset));
        volume = Math.min(volume, Math.saturatingSub(pool.volume, used.workerpool));
        volume = Math.min(volume, Math.saturatingSub(request.volume, used.request));
    }

    /// @dev Rules 1 to 5: category, trust, prices, tags, assets. Fills in what they agree on and returns the category's
    /// clock.
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
            // Without a dataset nobody signed this order, so it counts for nothing.
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

    /// @dev Rule 6: everyone whom an order names or excludes.
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

    /// @dev Rule 7, first half: who owns the assets, and on what terms the pool works.
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

    /// @dev Rule 7, second half: each order is signed or presigned.
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

    /// @dev Rule 8: something is left of each order.
    function _checkVolumes(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        OrderHashes memory hashes,
        Consumption memory used
    ) private pure {
        _checkLeft(OrderKind.APP, hashes.app, app.volume, used.app);
        if (hashes.dataset != 0) _checkLeft(OrderKind.DATASET, hashes.dataset, dataset.volume, used.dataset);
        _checkLeft(OrderKind.WORKERPOOL, hashes.workerpool, pool.volume, used.workerpool);
        _checkLeft(OrderKind.REQUEST, hashes.request, request.volume, used.request);
    }

    /// @dev Uses `volume` of each order. A request order that its first deal uses up needs no writing: see
    /// {OrderBookLib}. A later deal cannot take the whole volume, since some of it is used.
    function _consume(
        OrderHashes memory hashes,
        Consumption memory used,
        uint256 volume,
        uint256 requestVolume
    ) private {
        OrderBook storage book = orderBook();
        book.setConsumed(hashes.app, used.app + volume);
        if (hashes.dataset != 0) book.setConsumed(hashes.dataset, used.dataset + volume);
        book.setConsumed(hashes.workerpool, used.workerpool + volume);
        if (volume < requestVolume) book.setConsumed(hashes.request, used.request + volume);
    }

    function _checkAsset(OrderKind kind, address demanded, address offered) private pure {
        require(demanded == offered, IMatching.AssetMismatch(kind, demanded, offered));
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

    /// @dev Remembers what a key signed, except for a request order, which is not written (see {OrderBookLib}). A
    /// contract is asked every time: it may change its mind.
    function _checkSignature(OrderKind kind, bytes32 orderHash, address signer, bytes calldata sign) private {
        OrderBook storage book = orderBook();
        if (book.isProven(orderHash, signer, sign)) return;

        require(Signatures.isValid(signer, orderHash, sign), IMatching.NotSigned(kind, orderHash, signer));
        if (kind != OrderKind.REQUEST && signer.code.length == 0) book.prove(orderHash, signer, sign);
    }

    function _checkLeft(OrderKind kind, bytes32 orderHash, uint256 volume, uint256 used) private pure {
        require(used < volume, IMatching.OrderExhausted(kind, orderHash, volume));
    }
}
