// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {orderBook, OrderBook} from "./OrderBook.sol";
import {IMatching} from "../interfaces/IMatching.sol";
import {domainSeparator} from "../types/Domain.sol";
import {OrderHash} from "../types/OrderHash.sol";
import {AppOrder, DatasetOrder, OrderKind, RequestOrder, WorkerpoolOrder} from "../types/Orders.sol";

/// @dev The EIP-712 hashes of four orders. That of the dataset order is zero where there is no dataset.
struct OrderHashes {
    bytes32 app;
    bytes32 dataset;
    bytes32 workerpool;
    bytes32 request;
}

/// @dev The used volume of four orders.
struct Consumption {
    uint256 app;
    uint256 dataset;
    uint256 workerpool;
    uint256 request;
}

/// @title OrderVolumes
/// @dev The volumes of four orders that are to make a deal: used, remaining, consumed.
library OrderVolumes {
    using OrderHash for AppOrder;
    using OrderHash for DatasetOrder;
    using OrderHash for WorkerpoolOrder;
    using OrderHash for RequestOrder;

    /// @dev Returns the EIP-712 hashes of four orders, under which they are signed, presigned and consumed.
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

    /// @dev Returns the used volume of each order.
    function consumption(OrderHashes memory hashes) internal view returns (Consumption memory used) {
        OrderBook storage book = orderBook();
        used.app = book.consumed(hashes.app);
        if (hashes.dataset != 0) used.dataset = book.consumed(hashes.dataset);
        used.workerpool = book.consumed(hashes.workerpool);
        used.request = book.requestConsumed(hashes.request);
    }

    /// @dev Returns the remaining volume of the order that has the least.
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

    /// @dev Checks rule 8 of {Matching}: no order is used up.
    function checkRemaining(
        AppOrder calldata app,
        DatasetOrder calldata dataset,
        WorkerpoolOrder calldata pool,
        RequestOrder calldata request,
        OrderHashes memory hashes,
        Consumption memory used
    ) internal pure {
        _checkRemaining(OrderKind.APP, hashes.app, app.volume, used.app);
        if (hashes.dataset != 0) _checkRemaining(OrderKind.DATASET, hashes.dataset, dataset.volume, used.dataset);
        _checkRemaining(OrderKind.WORKERPOOL, hashes.workerpool, pool.volume, used.workerpool);
        _checkRemaining(OrderKind.REQUEST, hashes.request, request.volume, used.request);
    }

    /// @dev Stores that `volume` more of each order is used. A request order that its first deal uses up is not stored:
    /// see {OrderBookLib}. A later deal cannot take the whole volume, since some of it is used.
    function consume(
        OrderHashes memory hashes,
        Consumption memory used,
        uint256 volume,
        uint256 requestVolume
    ) internal {
        OrderBook storage book = orderBook();
        book.setConsumed(hashes.app, used.app + volume);
        if (hashes.dataset != 0) book.setConsumed(hashes.dataset, used.dataset + volume);
        book.setConsumed(hashes.workerpool, used.workerpool + volume);
        if (volume < requestVolume) book.setConsumed(hashes.request, used.request + volume);
    }

    function _checkRemaining(OrderKind kind, bytes32 orderHash, uint256 volume, uint256 used) private pure {
        require(used < volume, IMatching.OrderExhausted(kind, orderHash, volume));
    }
}
