// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDataProtector} from "../interfaces/IDataProtector.sol";
import {IDatasetRegistry} from "../interfaces/IDatasetRegistry.sol";

/// @title DataProtector
/// @dev Has no storage, no assets and no owner, so that reentrancy can do no harm. Calls {IDatasetRegistry}, which is
/// set at deployment.
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
        _publish(dataset, schema);
    }

    /// @inheritdoc IDataProtector
    function setSchema(address dataset, string calldata schema) external {
        address owner = REGISTRY.ownerOfAsset(dataset);
        require(owner == msg.sender, NotDatasetOwner(dataset, owner, msg.sender));
        _publish(dataset, schema);
    }

    /// @inheritdoc IDataProtector
    function registry() external view returns (IDatasetRegistry) {
        return REGISTRY;
    }

    function _publish(address dataset, string calldata schema) private {
        require(bytes(schema).length > 0, SchemaMissing());
        emit SchemaAuthor(dataset, msg.sender);
        emit DatasetSchema(dataset, schema);
    }
}
