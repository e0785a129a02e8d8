// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDataProtector} from "../interfaces/IDataProtector.sol";
import {IDatasetRegistry} from "../interfaces/IDatasetRegistry.sol";

/// @title DataProtector
/// @dev Keeps nothing, owns nothing and has no owner, so that nothing can be upset in the middle of a call.
/// Calls {IDatasetRegistry}, the one that it was made for.
contract DataProtector is IDataProtector {
    IDatasetRegistry private immutable REGISTRY;

    constructor(IDatasetRegistry registry_) {
        require(address(registry_).code.length > 0, RegistryMissing(address(registry_)));
        REGISTRY = registry_;
    }

    /// @inheritdoc IDataProtector
    function createDatasetWithSchema(
        address owner,
        string calldata name,
        string calldata schema,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external returns (address dataset) {
        dataset = REGISTRY.predictDataset(owner, name, multiaddr, checksum);
        if (REGISTRY.ownerOfAsset(dataset) != msg.sender) {
            REGISTRY.createDataset(owner, name, multiaddr, checksum);
        }
        _state(dataset, schema);
    }

    /// @inheritdoc IDataProtector
    function setSchema(address dataset, string calldata schema) external {
        address owner = REGISTRY.ownerOfAsset(dataset);
        require(owner == msg.sender, NotDatasetOwner(dataset, owner, msg.sender));
        _state(dataset, schema);
    }

    /// @inheritdoc IDataProtector
    function registry() external view returns (IDatasetRegistry) {
        return REGISTRY;
    }

    function _state(address dataset, string calldata schema) private {
        require(bytes(schema).length > 0, SchemaMissing());
        emit SchemaAuthor(dataset, msg.sender);
        emit DatasetSchema(dataset, schema);
    }
}
