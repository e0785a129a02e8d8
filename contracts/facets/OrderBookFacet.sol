// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {orderBook} from "../core/OrderBook.sol";
import {settings} from "../core/Settings.sol";
import {Signatures} from "../core/Signatures.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IOrderBook} from "../interfaces/IOrderBook.sol";
import {domainSeparator} from "../types/Domain.sol";
import {
    APP_ORDER_OPERATION_TYPEHASH,
    DATASET_ORDER_OPERATION_TYPEHASH,
    OrderHash,
    REQUEST_ORDER_OPERATION_TYPEHASH,
    WORKERPOOL_ORDER_OPERATION_TYPEHASH
} from "../types/OrderHash.sol";
import {
    AppOrder,
    AppOrderOperation,
    DatasetOrder,
    DatasetOrderOperation,
    OrderKind,
    OrderOperation,
    RequestOrder,
    RequestOrderOperation,
    WorkerpoolOrder,
    WorkerpoolOrderOperation
} from "../types/Orders.sol";

/// @title OrderBookFacet
/// @dev Calls {IRegistry} and {IWorkerpoolRegistry} for owners, and ERC-1271 signers for signatures, with staticcall:
/// they can change nothing.
abstract contract OrderBookFacet is IFacet, IOrderBook {
    using OrderHash for AppOrder;
    using OrderHash for DatasetOrder;
    using OrderHash for WorkerpoolOrder;
    using OrderHash for RequestOrder;

    /// @inheritdoc IOrderBook
    function manageAppOrder(AppOrderOperation calldata operation) external {
        AppOrder calldata order = operation.order;
        bytes32 orderHash = _manage({
            kind: OrderKind.APP,
            operationTypehash: APP_ORDER_OPERATION_TYPEHASH,
            structHash: order.hash(),
            operation: operation.operation,
            volume: order.volume,
            owner: settings().registries.apps.ownerOfAsset(order.app),
            sign: operation.sign
        });

        if (operation.operation == OrderOperation.SIGN) emit SignedAppOrder(orderHash);
        else emit ClosedAppOrder(orderHash);
    }

    /// @inheritdoc IOrderBook
    function manageDatasetOrder(DatasetOrderOperation calldata operation) external {
        DatasetOrder calldata order = operation.order;
        bytes32 orderHash = _manage({
            kind: OrderKind.DATASET,
            operationTypehash: DATASET_ORDER_OPERATION_TYPEHASH,
            structHash: order.hash(),
            operation: operation.operation,
            volume: order.volume,
            owner: settings().registries.datasets.ownerOfAsset(order.dataset),
            sign: operation.sign
        });

        if (operation.operation == OrderOperation.SIGN) emit SignedDatasetOrder(orderHash);
        else emit ClosedDatasetOrder(orderHash);
    }

    /// @inheritdoc IOrderBook
    function manageWorkerpoolOrder(WorkerpoolOrderOperation calldata operation) external {
        WorkerpoolOrder calldata order = operation.order;
        bytes32 orderHash = _manage({
            kind: OrderKind.WORKERPOOL,
            operationTypehash: WORKERPOOL_ORDER_OPERATION_TYPEHASH,
            structHash: order.hash(),
            operation: operation.operation,
            volume: order.volume,
            owner: settings().registries.workerpools().ownerOfAsset(order.workerpool),
            sign: operation.sign
        });

        if (operation.operation == OrderOperation.SIGN) emit SignedWorkerpoolOrder(orderHash);
        else emit ClosedWorkerpoolOrder(orderHash);
    }

    /// @inheritdoc IOrderBook
    function manageRequestOrder(RequestOrderOperation calldata operation) external {
        RequestOrder calldata order = operation.order;
        bytes32 orderHash = _manage({
            kind: OrderKind.REQUEST,
            operationTypehash: REQUEST_ORDER_OPERATION_TYPEHASH,
            structHash: order.hash(),
            operation: operation.operation,
            volume: order.volume,
            owner: order.requester,
            sign: operation.sign
        });

        if (operation.operation == OrderOperation.SIGN) emit SignedRequestOrder(orderHash);
        else emit ClosedRequestOrder(orderHash);
    }

    /// @inheritdoc IOrderBook
    function broadcastAppOrder(AppOrder calldata order) external {
        emit BroadcastAppOrder(order);
    }

    /// @inheritdoc IOrderBook
    function broadcastDatasetOrder(DatasetOrder calldata order) external {
        emit BroadcastDatasetOrder(order);
    }

    /// @inheritdoc IOrderBook
    function broadcastWorkerpoolOrder(WorkerpoolOrder calldata order) external {
        emit BroadcastWorkerpoolOrder(order);
    }

    /// @inheritdoc IOrderBook
    function broadcastRequestOrder(RequestOrder calldata order) external {
        emit BroadcastRequestOrder(order);
    }

    /// @inheritdoc IOrderBook
    function verifySignature(address identity, bytes32 hash, bytes calldata signature) external view returns (bool) {
        return Signatures.isValid(identity, hash, signature);
    }

    /// @inheritdoc IOrderBook
    function verifyPresignature(address identity, bytes32 hash) external view returns (bool) {
        return orderBook().isPresigned(hash, identity);
    }

    /// @inheritdoc IOrderBook
    function verifyPresignatureOrSignature(
        address identity,
        bytes32 hash,
        bytes calldata signature
    ) external view returns (bool) {
        return orderBook().isPresigned(hash, identity) || Signatures.isValid(identity, hash, signature);
    }

    /// @inheritdoc IOrderBook
    function viewConsumed(bytes32 id) external view returns (uint256 consumed) {
        return orderBook().requestConsumed(id);
    }

    /// @inheritdoc IOrderBook
    function viewPresigned(bytes32 id) external view returns (address signer) {
        return orderBook().presignerOf(id);
    }

    /// @dev Presigns the order or consumes it whole, and returns its hash. The caller must be `owner`, or `sign` its
    /// signature of the operation.
    function _manage(
        OrderKind kind,
        bytes32 operationTypehash,
        bytes32 structHash,
        OrderOperation operation,
        uint256 volume,
        address owner,
        bytes calldata sign
    ) private returns (bytes32 orderHash) {
        bytes32 separator = domainSeparator(address(this));
        orderHash = MessageHashUtils.toTypedDataHash(separator, structHash);
        if (msg.sender != owner) {
            bytes32 operationHash = MessageHashUtils.toTypedDataHash(
                separator,
                OrderHash.hashOperation(operationTypehash, structHash, operation)
            );
            require(Signatures.isValid(owner, operationHash, sign), OperationNotAuthorized(kind, orderHash, owner));
        }

        if (operation == OrderOperation.SIGN) orderBook().presign(orderHash, owner);
        else orderBook().setConsumed(orderHash, volume);
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IOrderBook.manageAppOrder.selector,
                IOrderBook.manageDatasetOrder.selector,
                IOrderBook.manageWorkerpoolOrder.selector,
                IOrderBook.manageRequestOrder.selector,
                IOrderBook.broadcastAppOrder.selector,
                IOrderBook.broadcastDatasetOrder.selector,
                IOrderBook.broadcastWorkerpoolOrder.selector,
                IOrderBook.broadcastRequestOrder.selector,
                IOrderBook.verifySignature.selector,
                IOrderBook.verifyPresignature.selector,
                IOrderBook.verifyPresignatureOrSignature.selector,
                IOrderBook.viewConsumed.selector,
                IOrderBook.viewPresigned.selector
            );
    }
}
