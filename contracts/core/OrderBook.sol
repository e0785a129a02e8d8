// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deals} from "./Deals.sol";
import {dealIdOf} from "../types/Ids.sol";

using OrderBookLib for OrderBook global;

/// @dev What the chain knows of one order, in one slot.
struct OrderState {
    // slot 0: 20 + 4 + 8
    address signer;
    // zero: `signer` presigned the order; else the fingerprint of its signature, which was good before
    uint32 proof;
    // volume used so far, or WIDE where it takes more than 8 bytes
    uint64 consumed;
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
/// @dev How much of each order is used, who presigned it, and which signature of it was good before: a key that signed
/// an order once cannot take that back, so whoever shows the same signature again is spared its recovery (6,000 gas for
/// each supply order). A fingerprint of 32 bits is enough, since it only recognises: to match it with other bytes
/// proves no more than what was proven.
///
/// A request order that its first deal uses up is not written at all (17,400 gas less on the commonest match): the
/// deal, at the address that follows from the order's hash, is the proof. {requestConsumed} knows; {consumed} is for
/// the other orders.
library OrderBookLib {
    /// @dev Marks a consumption that is in `wideConsumed`: volumes may be any uint256.
    uint64 private constant WIDE = type(uint64).max;

    /// @dev How much of an app, dataset or workerpool order is used.
    function consumed(OrderBook storage self, bytes32 orderHash) internal view returns (uint256) {
        uint64 narrow = self.orders[orderHash].consumed;
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
            self.orders[orderHash].consumed = uint64(used);
        } else {
            self.orders[orderHash].consumed = WIDE;
            self.wideConsumed[orderHash] = used;
        }
    }

    /// @dev Remembers that `signer` stands for the order.
    function presign(OrderBook storage self, bytes32 orderHash, address signer) internal {
        OrderState storage order = self.orders[orderHash];
        (order.signer, order.proof) = (signer, 0);
    }

    /// @dev Who stands for the order, or zero.
    function presignerOf(OrderBook storage self, bytes32 orderHash) internal view returns (address) {
        OrderState storage order = self.orders[orderHash];
        return order.proof == 0 ? order.signer : address(0);
    }

    /// @dev Whether `signer` stands for the order. Zero stands for nothing.
    function isPresigned(OrderBook storage self, bytes32 orderHash, address signer) internal view returns (bool) {
        return signer != address(0) && self.presignerOf(orderHash) == signer;
    }

    /// @dev Remembers that the key of `signer` made the signature `sign`, unless somebody presigned the order.
    function prove(OrderBook storage self, bytes32 orderHash, address signer, bytes calldata sign) internal {
        OrderState storage order = self.orders[orderHash];
        if (order.signer == address(0) || order.proof != 0) (order.signer, order.proof) = (signer, _fingerprint(sign));
    }

    /// @dev Whether `signer` presigned the order, or its key made this very signature before.
    function isProven(
        OrderBook storage self,
        bytes32 orderHash,
        address signer,
        bytes calldata sign
    ) internal view returns (bool) {
        OrderState storage order = self.orders[orderHash];
        if (signer == address(0) || order.signer != signer) return false;
        return order.proof == 0 || order.proof == _fingerprint(sign);
    }

    /// @dev Never zero.
    function _fingerprint(bytes calldata sign) private pure returns (uint32) {
        return uint32(bytes4(keccak256(sign))) | 1;
    }
}
