// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AppOrder, DatasetOrder, OrderOperation, RequestOrder, WorkerpoolOrder} from "./Orders.sol";

/// @dev EIP-712 type of {AppOrder}. The field `sign` is not part of the signed message.
bytes32 constant APP_ORDER_TYPEHASH = keccak256(
    "AppOrder(address app,uint256 appprice,uint256 volume,bytes32 tag,"
    "address datasetrestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)"
);

/// @dev EIP-712 type of {DatasetOrder}.
bytes32 constant DATASET_ORDER_TYPEHASH = keccak256(
    "DatasetOrder(address dataset,uint256 datasetprice,uint256 volume,bytes32 tag,"
    "address apprestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)"
);

/// @dev EIP-712 type of {WorkerpoolOrder}.
bytes32 constant WORKERPOOL_ORDER_TYPEHASH = keccak256(
    "WorkerpoolOrder(address workerpool,uint256 workerpoolprice,uint256 volume,bytes32 tag,uint256 category,"
    "uint256 trust,address apprestrict,address datasetrestrict,address requesterrestrict,bytes32 salt)"
);

/// @dev EIP-712 type of {RequestOrder}.
bytes32 constant REQUEST_ORDER_TYPEHASH = keccak256(
    "RequestOrder(address app,uint256 appmaxprice,address dataset,uint256 datasetmaxprice,address workerpool,"
    "uint256 workerpoolmaxprice,address requester,uint256 volume,bytes32 tag,uint256 category,uint256 trust,"
    "address beneficiary,address callback,string params,bytes32 salt)"
);

/// @dev EIP-712 type of {AppOrderOperation}. The operation is an enum in calldata and a uint256 in the signed message.
bytes32 constant APP_ORDER_OPERATION_TYPEHASH = keccak256(
    "AppOrderOperation(AppOrder order,uint256 operation)"
    "AppOrder(address app,uint256 appprice,uint256 volume,bytes32 tag,"
    "address datasetrestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)"
);

/// @dev EIP-712 type of {DatasetOrderOperation}.
bytes32 constant DATASET_ORDER_OPERATION_TYPEHASH = keccak256(
    "DatasetOrderOperation(DatasetOrder order,uint256 operation)"
    "DatasetOrder(address dataset,uint256 datasetprice,uint256 volume,bytes32 tag,"
    "address apprestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)"
);

/// @dev EIP-712 type of {WorkerpoolOrderOperation}.
bytes32 constant WORKERPOOL_ORDER_OPERATION_TYPEHASH = keccak256(
    "WorkerpoolOrderOperation(WorkerpoolOrder order,uint256 operation)"
    "WorkerpoolOrder(address workerpool,uint256 workerpoolprice,uint256 volume,bytes32 tag,uint256 category,"
    "uint256 trust,address apprestrict,address datasetrestrict,address requesterrestrict,bytes32 salt)"
);

/// @dev EIP-712 type of {RequestOrderOperation}.
bytes32 constant REQUEST_ORDER_OPERATION_TYPEHASH = keccak256(
    "RequestOrderOperation(RequestOrder order,uint256 operation)"
    "RequestOrder(address app,uint256 appmaxprice,address dataset,uint256 datasetmaxprice,address workerpool,"
    "uint256 workerpoolmaxprice,address requester,uint256 volume,bytes32 tag,uint256 category,uint256 trust,"
    "address beneficiary,address callback,string params,bytes32 salt)"
);

/// @title OrderHash
/// @dev EIP-712 struct hashes of orders, computed from calldata: the leading words of an order are the words of its
/// EIP-712 encoding, in the same order.
library OrderHash {
    /// @dev Words before `sign` in an app or dataset order.
    uint256 private constant ASSET_ORDER_WORDS = 8;

    /// @dev Words before `sign` in a workerpool order.
    uint256 private constant WORKERPOOL_ORDER_WORDS = 10;

    /// @dev Words before `params` in a request order.
    uint256 private constant REQUEST_ORDER_WORDS = 13;

    /// @dev Returns the struct hash of an app order.
    function hash(AppOrder calldata self) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := self
        }
        return _hashWords(APP_ORDER_TYPEHASH, offset, ASSET_ORDER_WORDS);
    }

    /// @dev Returns the struct hash of a dataset order.
    function hash(DatasetOrder calldata self) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := self
        }
        return _hashWords(DATASET_ORDER_TYPEHASH, offset, ASSET_ORDER_WORDS);
    }

    /// @dev Returns the struct hash of a workerpool order.
    function hash(WorkerpoolOrder calldata self) internal pure returns (bytes32) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := self
        }
        return _hashWords(WORKERPOOL_ORDER_TYPEHASH, offset, WORKERPOOL_ORDER_WORDS);
    }

    /// @dev Returns the struct hash of a request order. Unlike the others it has a dynamic field, `params`, of which
    /// the hash is encoded.
    function hash(RequestOrder calldata self) internal pure returns (bytes32 result) {
        bytes32 typehash = REQUEST_ORDER_TYPEHASH;
        bytes32 params = keccak256(bytes(self.params));
        bytes32 salt = self.salt;
        uint256 size = REQUEST_ORDER_WORDS * 32;
        // Safe: writes only above the free memory pointer and does not move it.
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            calldatacopy(add(pointer, 0x20), self, size)
            mstore(add(pointer, add(size, 0x20)), params)
            mstore(add(pointer, add(size, 0x40)), salt)
            result := keccak256(pointer, add(size, 0x60))
        }
    }

    /// @dev Returns the struct hash of an operation on the order with struct hash `orderHash`.
    function hashOperation(
        bytes32 typehash,
        bytes32 orderHash,
        OrderOperation operation
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(typehash, orderHash, operation));
    }

    /// @dev keccak256(typehash ‖ `words` words of calldata from `offset`).
    function _hashWords(bytes32 typehash, uint256 offset, uint256 words) private pure returns (bytes32 result) {
        // Safe: writes only above the free memory pointer and does not move it.
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            calldatacopy(add(pointer, 0x20), offset, mul(words, 0x20))
            result := keccak256(pointer, mul(add(words, 1), 0x20))
        }
    }
}
