// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {IDatasetRegistry} from "./IDatasetRegistry.sol";

/// @title IDataProtector
/// @notice Registration of datasets together with their schema, so that apps find the data that they can read.
interface IDataProtector {
    /// @notice Emitted right before {DatasetSchema}, with the caller. A schema counts only if its author is the owner
    /// of the dataset: anyone may register a dataset for anyone, and do so before the owner does.
    /// @param dataset The dataset.
    /// @param author The caller.
    event SchemaAuthor(address indexed dataset, address indexed author);

    /// @notice Emitted when a schema of a dataset is published.
    /// @param dataset The dataset.
    /// @param schema The schema, in JSON: names and types of the files, nested as the files are.
    event DatasetSchema(address indexed dataset, string schema);

    /// @notice The registry has no code, so no dataset could be registered there.
    /// @custom:fix Pass the address of the dataset registry on this chain.
    error RegistryMissing(address registry);

    /// @notice The caller is not the owner of the dataset.
    /// @custom:fix Send it from `owner`.
    error NotDatasetOwner(address dataset, address owner, address caller);

    /// @notice The schema is empty.
    /// @custom:fix Pass the schema in JSON; `{}` describes nothing.
    error SchemaMissing();

    /// @notice Creates a dataset and publishes its schema. Anyone may create a dataset for anyone. If the dataset
    /// exists and the caller owns it, only the schema is published: nobody can block an owner by registering its
    /// dataset first.
    /// @dev Reverts as {IDatasetRegistry-createDataset} does, unless the caller owns the dataset. The schema is not
    /// checked.
    /// @param owner The owner of the new dataset.
    /// @param name The name, for people.
    /// @param schema The schema, in JSON.
    /// @param multiaddr The address of the encrypted content.
    /// @param checksum The hash of the encrypted content.
    /// @return dataset The dataset's address, which is also its token id in the registry.
    function createDatasetWithSchema(
        address owner,
        string calldata name,
        string calldata schema,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external returns (address dataset);

    /// @notice Publishes a schema of a dataset, which replaces the previous one. Owner of the dataset only.
    /// @param dataset The dataset, which the caller owns.
    /// @param schema The schema, in JSON.
    function setSchema(address dataset, string calldata schema) external;

    /// @notice Returns the registry of datasets.
    function registry() external view returns (IDatasetRegistry);
}
