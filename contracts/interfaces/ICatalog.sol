// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AppInfo, Category, DatasetInfo, WorkerpoolInfo} from "../types/Accounts.sol";

/// @title ICatalog
/// @notice What there is to match: categories, and the registries of apps, datasets and workerpools.
interface ICatalog {
    /// @notice Emitted when a category was created.
    event CreateCategory(uint256 catid, string name, string description, uint256 workClockTimeRef);

    /// @notice Emitted when the hub looks for assets in other registries.
    event RegistriesChanged(address appRegistry, address datasetRegistry, address workerpoolRegistry);

    /// @notice There is no such category.
    /// @custom:fix Use a category below `countCategory()`, or have the owner create this one.
    /// @custom:replaces iExecV5-matchOrders-0x01
    error UnknownCategory(uint256 id);

    /// @notice A category's clock, in seconds, must fit 32 bits.
    /// @custom:fix Give a clock of at most `max` seconds.
    error CategoryTooLong(uint256 workClockTimeRef, uint256 max);

    /// @notice A registry must be a contract.
    /// @custom:fix Deploy the registry first, and check its address and network.
    error RegistryWithoutCode(address registry);

    /// @notice A registry must answer what every match asks it: `ownerOfAsset`, and that of workerpools `termsOf`.
    /// @custom:fix Pass the addresses of registries, in their order: apps, datasets, workerpools.
    error RegistryNotAnswering(address registry);

    /// @notice Creates a category, for good, and returns its id. `workClockTimeRef` in seconds. Owner only.
    function createCategory(
        string calldata name,
        string calldata description,
        uint256 workClockTimeRef
    ) external returns (uint256);

    /// @notice Points the hub to other registries. Deals that were made stay as they are. Owner only.
    function changeRegistries(address appRegistry, address datasetRegistry, address workerpoolRegistry) external;

    /// @notice Where apps are registered.
    function appregistry() external view returns (address);

    /// @notice Where datasets are registered.
    function datasetregistry() external view returns (address);

    /// @notice Where workerpools are registered.
    function workerpoolregistry() external view returns (address);

    /// @notice How many categories there are. Ids count from zero.
    function countCategory() external view returns (uint256 count);

    /// @notice The category, which must exist.
    function viewCategory(uint256 id) external view returns (Category memory category);

    /// @notice What the app, which must be registered, says of itself.
    function viewApp(address app) external view returns (AppInfo memory);

    /// @notice What the dataset, which must be registered, says of itself.
    function viewDataset(address dataset) external view returns (DatasetInfo memory);

    /// @notice What the workerpool, which must be registered, says of itself.
    function viewWorkerpool(address workerpool) external view returns (WorkerpoolInfo memory);
}
