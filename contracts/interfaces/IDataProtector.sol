// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDatasetRegistry} from "./IDatasetRegistry.sol";

/// @title IDataProtector
/// @notice Registers datasets together with what is in them, so that apps find the data that they can read.
interface IDataProtector {
    /// @notice Emitted right before {DatasetSchema}: who says so. A schema counts if the dataset's owner says it, since
    /// anyone may register a dataset for anyone, and be quicker than its owner.
    /// @param dataset The dataset.
    /// @param author Who called.
    event SchemaAuthor(address indexed dataset, address indexed author);

    /// @notice Emitted when somebody said what is in a dataset.
    /// @param dataset The dataset.
    /// @param schema What it holds, in JSON: names and types of its files, nested as they are.
    event DatasetSchema(address indexed dataset, string schema);

    /// @notice The address has no code, so that no dataset could be registered there.
    /// @custom:fix Pass the address of the dataset registry on this chain.
    error RegistryMissing(address registry);

    /// @notice Only the owner of a dataset says what is in it.
    /// @custom:fix Call as the owner, or have the owner call.
    error NotDatasetOwner(address dataset, address owner, address caller);

    /// @notice Without a schema, nobody could tell what is in the dataset.
    /// @custom:fix Pass the schema in JSON; `{}` if there is nothing to tell.
    error SchemaMissing();

    /// @notice Creates a dataset and tells its schema. Anyone may create one for anyone. Where there is that dataset
    /// already, its owner tells its schema: a stranger who registers it first, with whatever schema, stops nobody.
    /// @dev Refused as {IDatasetRegistry-createDataset} refuses, unless the caller owns the dataset. Nothing checks
    /// that the schema is true.
    /// @param owner Who gets it.
    /// @param name Its name, for people.
    /// @param schema What it holds, in JSON.
    /// @param multiaddr Where its encrypted content is published.
    /// @param checksum What the encrypted content hashes to.
    /// @return dataset The dataset's address, which is also its token id in the registry.
    function createDatasetWithSchema(
        address owner,
        string calldata name,
        string calldata schema,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external returns (address dataset);

    /// @notice Tells what is in a dataset, in the place of what was said before.
    /// @param dataset The dataset, which the caller owns.
    /// @param schema What it holds, in JSON.
    function setSchema(address dataset, string calldata schema) external;

    /// @notice Where datasets are registered.
    function registry() external view returns (IDatasetRegistry);
}
