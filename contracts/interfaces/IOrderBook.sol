// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

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
/// @notice Orders on chain: presigned, closed, broadcast; and what is left of them. Hashes are EIP-712 hashes.
interface IOrderBook {
    /// @notice Emitted when an app order was presigned.
    event SignedAppOrder(bytes32 appHash);

    /// @notice Emitted when a dataset order was presigned.
    event SignedDatasetOrder(bytes32 datasetHash);

    /// @notice Emitted when a workerpool order was presigned.
    event SignedWorkerpoolOrder(bytes32 workerpoolHash);

    /// @notice Emitted when a request order was presigned.
    event SignedRequestOrder(bytes32 requestHash);

    /// @notice Emitted when an app order was consumed whole.
    event ClosedAppOrder(bytes32 appHash);

    /// @notice Emitted when a dataset order was consumed whole.
    event ClosedDatasetOrder(bytes32 datasetHash);

    /// @notice Emitted when a workerpool order was consumed whole.
    event ClosedWorkerpoolOrder(bytes32 workerpoolHash);

    /// @notice Emitted when a request order was consumed whole.
    event ClosedRequestOrder(bytes32 requestHash);

    /// @notice Emitted to publish an app order. Anyone can; check its signature.
    event BroadcastAppOrder(AppOrder apporder);

    /// @notice Emitted to publish a dataset order. Anyone can; check its signature.
    event BroadcastDatasetOrder(DatasetOrder datasetorder);

    /// @notice Emitted to publish a workerpool order. Anyone can; check its signature.
    event BroadcastWorkerpoolOrder(WorkerpoolOrder workerpoolorder);

    /// @notice Emitted to publish a request order. Anyone can; check its signature.
    event BroadcastRequestOrder(RequestOrder requestorder);

    /// @notice The caller is not `owner`, who stands for the order, nor did `owner` sign this operation on it. Zero
    /// stands for an asset that is not registered.
    /// @custom:fix Send it from `owner`, or pass the owner's signature of the operation, not that of the order.
    error OperationNotAuthorized(OrderKind kind, bytes32 orderHash, address owner);

    /// @notice Presigns or closes an app order, for its app's owner: the caller, or who signed the operation.
    function manageAppOrder(AppOrderOperation calldata operation) external;

    /// @notice Presigns or closes a dataset order, for its dataset's owner: the caller, or who signed the operation.
    function manageDatasetOrder(DatasetOrderOperation calldata operation) external;

    /// @notice Presigns or closes a workerpool order, for its workerpool's owner: the caller, or who signed the
    /// operation.
    function manageWorkerpoolOrder(WorkerpoolOrderOperation calldata operation) external;

    /// @notice Presigns or closes a request order, for its requester: the caller, or who signed the operation.
    function manageRequestOrder(RequestOrderOperation calldata operation) external;

    /// @notice Publishes an app order as an event.
    function broadcastAppOrder(AppOrder calldata order) external;

    /// @notice Publishes a dataset order as an event.
    function broadcastDatasetOrder(DatasetOrder calldata order) external;

    /// @notice Publishes a workerpool order as an event.
    function broadcastWorkerpoolOrder(WorkerpoolOrder calldata order) external;

    /// @notice Publishes a request order as an event.
    function broadcastRequestOrder(RequestOrder calldata order) external;

    /// @notice Whether `signature` is one of `hash` by `identity`: ERC-1271 for contracts; 65 or 64 bytes (EIP-2098)
    /// for keys.
    function verifySignature(address identity, bytes32 hash, bytes calldata signature) external view returns (bool);

    /// @notice Whether `identity` presigned the order `hash`.
    function verifyPresignature(address identity, bytes32 hash) external view returns (bool);

    /// @notice Whether `identity` presigned the order `hash` or signed it.
    function verifyPresignatureOrSignature(
        address identity,
        bytes32 hash,
        bytes calldata signature
    ) external view returns (bool);

    /// @notice How much of the order's volume is used.
    function viewConsumed(bytes32 id) external view returns (uint256 consumed);

    /// @notice Who presigned the order, or zero.
    function viewPresigned(bytes32 id) external view returns (address signer);
}
