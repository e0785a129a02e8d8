// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deals} from "./Deals.sol";
import {dealIdOf} from "../types/Ids.sol";

using OrderBookLib for OrderBook global;

/// @dev The state of one order, in one slot.
struct OrderState {
    // slot 0: 20 + 4 + 8
    address signer;
    // zero if `signer` presigned the order, else the fingerprint of a signature by `signer` that was valid
    uint32 proof;
    // used volume, or WIDE where that takes more than 8 bytes
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
/// @dev The used volume of each order, its presigner, and the fingerprint of a signature that was valid before. A
/// signature by a key stays valid for ever, so the same signature need not be recovered again (6,000 gas per supply
/// order). A fingerprint of 32 bits is enough: other bytes with the same fingerprint prove no more than was proven
/// before, that the key signed this order.
///
/// A request order that its first deal uses up is not stored at all (17,400 gas less in the most common match): the
/// deal, at the address derived from the hash of the order, proves the use. {requestConsumed} takes that into account;
/// {consumed} is for the other orders.
library OrderBookLib {
    /// @dev Marks a used volume that `wideConsumed` holds: volumes may be any uint256.
    uint64 private constant WIDE = type(uint64).max;

    /// @dev Returns the used volume of an app, dataset or workerpool order.
    function consumed(OrderBook storage self, bytes32 orderHash) internal view returns (uint256) {
        uint64 narrow = self.orders[orderHash].consumed;
        return narrow == WIDE ? self.wideConsumed[orderHash] : narrow;
    }

    /// @dev Returns the used volume of a request order. Correct for every order, but more expensive than {consumed}.
    function requestConsumed(OrderBook storage self, bytes32 orderHash) internal view returns (uint256 used) {
        used = self.consumed(orderHash);
        if (used == 0) used = Deals.sizeOf(dealIdOf(orderHash, 0));
    }

    /// @dev Sets the used volume of the order.
    function setConsumed(OrderBook storage self, bytes32 orderHash, uint256 used) internal {
        if (used < WIDE) {
            self.orders[orderHash].consumed = uint64(used);
        } else {
            self.orders[orderHash].consumed = WIDE;
            self.wideConsumed[orderHash] = used;
        }
    }

    /// @dev Stores that `signer` presigned the order.
    function presign(OrderBook storage self, bytes32 orderHash, address signer) internal {
        OrderState storage order = self.orders[orderHash];
        (order.signer, order.proof) = (signer, 0);
    }

    /// @dev Returns the account that presigned the order, or zero.
    function presignerOf(OrderBook storage self, bytes32 orderHash) internal view returns (address) {
        OrderState storage order = self.orders[orderHash];
        return order.proof == 0 ? order.signer : address(0);
    }

    /// @dev Returns whether `signer` presigned the order. False for zero.
    function isPresigned(OrderBook storage self, bytes32 orderHash, address signer) internal view returns (bool) {
        return signer != address(0) && self.presignerOf(orderHash) == signer;
    }

    /// @dev Stores that the key of `signer` made the signature `sign`, unless the order is presigned.
    function prove(OrderBook storage self, bytes32 orderHash, address signer, bytes calldata sign) internal {
        OrderState storage order = self.orders[orderHash];
        if (order.signer == address(0) || order.proof != 0) (order.signer, order.proof) = (signer, _fingerprint(sign));
    }

    /// @dev Returns whether `signer` presigned the order, or {prove} stored this signature by its key.
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

    /// @dev Returns a fingerprint of the signature, which is never zero.
    function _fingerprint(bytes calldata sign) private pure returns (uint32) {
        return uint32(bytes4(keccak256(sign))) | 1;
    }
}
