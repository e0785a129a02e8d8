// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {AppInfo, Category, DatasetInfo, WorkerpoolInfo} from "../types/Catalog.sol";

/// @title ICatalog
/// @notice Categories, and the registries of apps, datasets and workerpools.
interface ICatalog {
    /// @notice Emitted when a category is created.
    event CreateCategory(uint256 catid, string name, string description, uint256 workClockTimeRef);

    /// @notice Emitted when the hub uses other registries.
    event RegistriesChanged(address appRegistry, address datasetRegistry, address workerpoolRegistry);

    /// @notice No category has this id.
    /// @custom:fix Use a category below `countCategory()`, or have the owner create this one.
    /// @custom:replaces iExecV5-matchOrders-0x01
    error UnknownCategory(uint256 id);

    /// @notice The time of a category, in seconds, must fit 32 bits.
    /// @custom:fix Pass at most `max` seconds.
    error CategoryTooLong(uint256 workClockTimeRef, uint256 max);

    /// @notice The registry has no code.
    /// @custom:fix Deploy the registry first, and check its address and network.
    error RegistryWithoutCode(address registry);

    /// @notice The registry does not answer a call of every match: `ownerOfAsset`, or `termsOf` on the workerpool
    /// registry.
    /// @custom:fix Pass the addresses of the three registries in their order: apps, datasets, workerpools.
    error RegistryNotAnswering(address registry);

    /// @notice Creates a category, which never changes, and returns its id. `workClockTimeRef` is in seconds. Owner
    /// only.
    function createCategory(
        string calldata name,
        string calldata description,
        uint256 workClockTimeRef
    ) external returns (uint256);

    /// @notice Sets the registries of the hub. Existing deals stay as they are. Owner only.
    function changeRegistries(address appRegistry, address datasetRegistry, address workerpoolRegistry) external;

    /// @notice Returns the registry of apps.
    function appregistry() external view returns (address);

    /// @notice Returns the registry of datasets.
    function datasetregistry() external view returns (address);

    /// @notice Returns the registry of workerpools.
    function workerpoolregistry() external view returns (address);

    /// @notice Returns the number of categories. Ids start at zero.
    function countCategory() external view returns (uint256 count);

    /// @notice Returns the category, which must exist.
    function viewCategory(uint256 id) external view returns (Category memory category);

    /// @notice Returns the public fields of the app, which must be registered.
    function viewApp(address app) external view returns (AppInfo memory);

    /// @notice Returns the public fields of the dataset, which must be registered.
    function viewDataset(address dataset) external view returns (DatasetInfo memory);

    /// @notice Returns the public fields of the workerpool, which must be registered.
    function viewWorkerpool(address workerpool) external view returns (WorkerpoolInfo memory);
}
