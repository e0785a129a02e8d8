// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deals} from "./Deals.sol";
import {dealIdOf} from "../types/Ids.sol";

using OrderBookLib for OrderBook global;

/// @dev What the chain knows of one order, in one slot.
struct OrderState {
    // slot 0: 20 + 12
    address presigner;
    // volume used so far, or WIDE where it takes more than 12 bytes
    uint96 consumed;
}

/// @dev Keyed by EIP-712 hash.
/// @custom:storage-location erc7201:poco.storage.OrderBook
struct OrderBook {
    mapping(bytes32 orderHash => OrderState) orders;
    mapping(bytes32 orderHash => uint256) wideConsumed;
}

uint256 constant ORDER_BOOK_SLOT = erc7201("poco.storage.OrderBook");

function orderBook() pure returns (OrderBook storage $) {
    uint256 slot = ORDER_BOOK_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title OrderBookLib
/// @dev How much of each order is used, and who presigned it.
///
/// A request order that its first deal uses up is not written at all (17,400 gas less on the commonest match): the
/// deal, at the address that follows from the order's hash, is the proof. {requestConsumed} knows; {consumed} is for
/// the other orders.
library OrderBookLib {
    /// @dev Marks a consumption that is in `wideConsumed`: volumes may be any uint256.
    uint96 private constant WIDE = type(uint96).max;

    /// @dev How much of an app, dataset or workerpool order is used.
    function consumed(OrderBook storage self, bytes32 orderHash) internal view returns (uint256) {
        uint96 narrow = self.orders[orderHash].consumed;
        return narrow == WIDE ? self.wideConsumed[orderHash] : narrow;
    }

    /// @dev How much of a request order is used. Right for every order, only dearer than {consumed}.
    function requestConsumed(OrderBook storage self, bytes32 orderHash) internal view returns (uint256 used) {
        used = self.consumed(orderHash);
        if (used == 0) used = Deals.sizeOf(dealIdOf(orderHash, 0));
    }

    /// @dev Says that `used` of the order's volume is used by now.
    function setConsumed(OrderBook storage self, bytes32 orderHash, uint256 used) internal {
        if (used < WIDE) {
            self.orders[orderHash].consumed = uint96(used);
        } else {
            self.orders[orderHash].consumed = WIDE;
            self.wideConsumed[orderHash] = used;
        }
    }

    /// @dev Remembers that `signer` stands for the order.
    function presign(OrderBook storage self, bytes32 orderHash, address signer) internal {
        self.orders[orderHash].presigner = signer;
    }

    /// @dev Who stands for the order, or zero.
    function presignerOf(OrderBook storage self, bytes32 orderHash) internal view returns (address) {
        return self.orders[orderHash].presigner;
    }

    /// @dev Whether `signer` stands for the order. Zero stands for nothing.
    function isPresigned(OrderBook storage self, bytes32 orderHash, address signer) internal view returns (bool) {
        return signer != address(0) && self.orders[orderHash].presigner == signer;
    }
}
