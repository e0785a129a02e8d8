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
        require(bytes(schema).length > 0, SchemaMissing());

        dataset = REGISTRY.createDataset(owner, name, multiaddr, checksum);
        emit DatasetSchema(dataset, schema);
    }

    /// @inheritdoc IDataProtector
    function registry() external view returns (IDatasetRegistry) {
        return REGISTRY;
    }
}
