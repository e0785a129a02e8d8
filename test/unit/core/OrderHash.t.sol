// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {domainSeparator} from "../../../contracts/types/Domain.sol";
import {
    APP_ORDER_OPERATION_TYPEHASH,
    DATASET_ORDER_OPERATION_TYPEHASH,
    OrderHash,
    REQUEST_ORDER_OPERATION_TYPEHASH,
    WORKERPOOL_ORDER_OPERATION_TYPEHASH
} from "../../../contracts/types/OrderHash.sol";
import {
    AppOrder,
    DatasetOrder,
    OrderOperation,
    RequestOrder,
    WorkerpoolOrder
} from "../../../contracts/types/Orders.sol";
import {OrderSigner} from "../../fixtures/OrderSigner.sol";

/// @dev Hashes straight from calldata are those of wallets, written down a second time in {OrderSigner}.
contract OrderHash_Test is Test {
    using OrderHash for AppOrder;
    using OrderHash for DatasetOrder;
    using OrderHash for WorkerpoolOrder;
    using OrderHash for RequestOrder;

    address internal constant HUB = address(0x687562);

    OrderSigner internal signer = new OrderSigner(HUB);

    function testFuzz_AppOrders(AppOrder calldata order, bool close) external view {
        assertEq(_digest(order.hash()), signer.hashApp(order), "order");
        OrderOperation operation = _operation(close);
        bytes32 hash = OrderHash.hashOperation(APP_ORDER_OPERATION_TYPEHASH, order.hash(), operation);
        assertEq(_digest(hash), signer.hashAppOperation(order, operation), "operation");
    }

    function testFuzz_DatasetOrders(DatasetOrder calldata order, bool close) external view {
        assertEq(_digest(order.hash()), signer.hashDataset(order), "order");
        OrderOperation operation = _operation(close);
        bytes32 hash = OrderHash.hashOperation(DATASET_ORDER_OPERATION_TYPEHASH, order.hash(), operation);
        assertEq(_digest(hash), signer.hashDatasetOperation(order, operation), "operation");
    }

    function testFuzz_WorkerpoolOrders(WorkerpoolOrder calldata order, bool close) external view {
        assertEq(_digest(order.hash()), signer.hashWorkerpool(order), "order");
        OrderOperation operation = _operation(close);
        bytes32 hash = OrderHash.hashOperation(WORKERPOOL_ORDER_OPERATION_TYPEHASH, order.hash(), operation);
        assertEq(_digest(hash), signer.hashWorkerpoolOperation(order, operation), "operation");
    }

    function testFuzz_RequestOrders(RequestOrder calldata order, bool close) external view {
        assertEq(_digest(order.hash()), signer.hashRequest(order), "order");
        OrderOperation operation = _operation(close);
        bytes32 hash = OrderHash.hashOperation(REQUEST_ORDER_OPERATION_TYPEHASH, order.hash(), operation);
        assertEq(_digest(hash), signer.hashRequestOperation(order, operation), "operation");
    }

    /// @dev Two orders in one call: each is read from its own place.
    function testFuzz_OrdersBesideEachOther(AppOrder calldata a, RequestOrder calldata r) external view {
        assertEq(_digest(a.hash()), signer.hashApp(a), "app");
        assertEq(_digest(r.hash()), signer.hashRequest(r), "request");
    }

    /// @dev Encoders may put `sign` before `params`; what is signed stays the same.
    function testFuzz_RequestOrdersWrittenBackToFront(RequestOrder memory order) external {
        order.params = "params of less than a word";
        order.sign = "a signature of one word at most";
        bytes memory usual = abi.encode(order);
        bytes memory turned = bytes.concat(usual);
        // Words 1 to 16 are the fields; params are word 14, sign word 16. Each of both has a length and one more word.
        uint256 fields = 16 * 32;
        assembly ("memory-safe") {
            let start := add(turned, 0x40)
            mstore(add(start, mul(13, 0x20)), add(fields, 0x40))
            mstore(add(start, mul(15, 0x20)), fields)
            let tail := add(start, fields)
            let from := add(add(usual, 0x40), fields)
            mstore(tail, mload(add(from, 0x40)))
            mstore(add(tail, 0x20), mload(add(from, 0x60)))
            mstore(add(tail, 0x40), mload(from))
            mstore(add(tail, 0x60), mload(add(from, 0x20)))
        }
        assertNotEq(keccak256(turned), keccak256(usual), "written otherwise");

        (bool success, bytes memory answer) = address(this).call(bytes.concat(this.hashRequest.selector, turned));
        assertTrue(success, "read");
        assertEq(_digest(abi.decode(answer, (bytes32))), signer.hashRequest(order), "hash");
    }

    function hashRequest(RequestOrder calldata order) external pure returns (bytes32) {
        return order.hash();
    }

    function _operation(bool close) private pure returns (OrderOperation) {
        return close ? OrderOperation.CLOSE : OrderOperation.SIGN;
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domainSeparator(HUB), structHash);
    }
}
