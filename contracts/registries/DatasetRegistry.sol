// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IDatasetRegistry} from "../interfaces/IDatasetRegistry.sol";
import {Dataset} from "./Dataset.sol";
import {DatasetCodec} from "./DatasetCodec.sol";
import {Registry} from "./Registry.sol";

/// @title DatasetRegistry
/// @dev The only constructor argument is the owner, so that the registry can have the same address on every chain.
contract DatasetRegistry is IDatasetRegistry, Registry {
    constructor(
        address initialOwner
    ) Registry(address(new Dataset(this)), "iExec Dataset Registry (V5)", "iExecDatasetsV5", initialOwner) {}

    /// @inheritdoc IDatasetRegistry
    function createDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external returns (address) {
        return _create(_datasetOwner, DatasetCodec.encode(_datasetName, _datasetMultiaddr, _datasetChecksum));
    }

    /// @inheritdoc IDatasetRegistry
    function predictDataset(
        address _datasetOwner,
        string calldata _datasetName,
        bytes calldata _datasetMultiaddr,
        bytes32 _datasetChecksum
    ) external view returns (address) {
        return _predict(_datasetOwner, DatasetCodec.encode(_datasetName, _datasetMultiaddr, _datasetChecksum));
    }
}
