// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {
    AppOrder,
    AppOrderOperation,
    DatasetOrder,
    DatasetOrderOperation,
    OrderKind,
    RequestOrder,
    RequestOrderOperation,
    WorkerpoolOrder,
    WorkerpoolOrderOperation
} from "../types/Orders.sol";

/// @title IOrderBook
/// @notice Orders on chain: presigning, closing, publishing, and their used volume. Hashes are EIP-712 hashes.
interface IOrderBook {
    /// @notice Emitted when an app order is presigned.
    event SignedAppOrder(bytes32 appHash);

    /// @notice Emitted when a dataset order is presigned.
    event SignedDatasetOrder(bytes32 datasetHash);

    /// @notice Emitted when a workerpool order is presigned.
    event SignedWorkerpoolOrder(bytes32 workerpoolHash);

    /// @notice Emitted when a request order is presigned.
    event SignedRequestOrder(bytes32 requestHash);

    /// @notice Emitted when an app order is closed.
    event ClosedAppOrder(bytes32 appHash);

    /// @notice Emitted when a dataset order is closed.
    event ClosedDatasetOrder(bytes32 datasetHash);

    /// @notice Emitted when a workerpool order is closed.
    event ClosedWorkerpoolOrder(bytes32 workerpoolHash);

    /// @notice Emitted when a request order is closed.
    event ClosedRequestOrder(bytes32 requestHash);

    /// @notice Emitted to publish an app order. Anyone can emit this, so check the signature of the order.
    event BroadcastAppOrder(AppOrder apporder);

    /// @notice Emitted to publish a dataset order. Anyone can emit this, so check the signature of the order.
    event BroadcastDatasetOrder(DatasetOrder datasetorder);

    /// @notice Emitted to publish a workerpool order. Anyone can emit this, so check the signature of the order.
    event BroadcastWorkerpoolOrder(WorkerpoolOrder workerpoolorder);

    /// @notice Emitted to publish a request order. Anyone can emit this, so check the signature of the order.
    event BroadcastRequestOrder(RequestOrder requestorder);

    /// @notice The caller is not `owner`, and `owner` did not sign this operation on the order. `owner` is the owner of
    /// the asset (zero if it is not registered), or the requester.
    /// @custom:fix Send it from `owner`, or pass the owner's signature of the operation, not that of the order.
    error OperationNotAuthorized(OrderKind kind, bytes32 orderHash, address owner);

    /// @notice Presigns or closes an app order, on behalf of the owner of the app, which must be the caller or have
    /// signed the operation.
    function manageAppOrder(AppOrderOperation calldata operation) external;

    /// @notice Presigns or closes a dataset order, on behalf of the owner of the dataset, which must be the caller or
    /// have signed the operation.
    function manageDatasetOrder(DatasetOrderOperation calldata operation) external;

    /// @notice Presigns or closes a workerpool order, on behalf of the owner of the workerpool, which must be the
    /// caller or have signed the operation.
    function manageWorkerpoolOrder(WorkerpoolOrderOperation calldata operation) external;

    /// @notice Presigns or closes a request order, on behalf of the requester, which must be the caller or have signed
    /// the operation.
    function manageRequestOrder(RequestOrderOperation calldata operation) external;

    /// @notice Publishes an app order as an event.
    function broadcastAppOrder(AppOrder calldata order) external;

    /// @notice Publishes a dataset order as an event.
    function broadcastDatasetOrder(DatasetOrder calldata order) external;

    /// @notice Publishes a workerpool order as an event.
    function broadcastWorkerpoolOrder(WorkerpoolOrder calldata order) external;

    /// @notice Publishes a request order as an event.
    function broadcastRequestOrder(RequestOrder calldata order) external;

    /// @notice Returns whether `signature` is a signature of `hash` by `identity`: ERC-1271 for contracts, 65 or 64
    /// bytes (EIP-2098) for accounts with a key.
    function verifySignature(address identity, bytes32 hash, bytes calldata signature) external view returns (bool);

    /// @notice Returns whether `identity` presigned the order `hash`.
    function verifyPresignature(address identity, bytes32 hash) external view returns (bool);

    /// @notice Returns whether `identity` presigned the order `hash` or signed it.
    function verifyPresignatureOrSignature(
        address identity,
        bytes32 hash,
        bytes calldata signature
    ) external view returns (bool);

    /// @notice Returns the used volume of the order.
    function viewConsumed(bytes32 id) external view returns (uint256 consumed);

    /// @notice Returns the account that presigned the order, or zero.
    function viewPresigned(bytes32 id) external view returns (address signer);
}
