// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ownership} from "../core/Ownership.sol";
import {settings, StoredCategory} from "../core/Settings.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IApp} from "../interfaces/IApp.sol";
import {ICatalog} from "../interfaces/ICatalog.sol";
import {IDataset} from "../interfaces/IDataset.sol";
import {IMatching} from "../interfaces/IMatching.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {IWorkerpool} from "../interfaces/IWorkerpool.sol";
import {AppInfo, Category, DatasetInfo, WorkerpoolInfo} from "../types/Catalog.sol";
import {OrderKind} from "../types/Orders.sol";

/// @title CatalogFacet
/// @dev Calls the {IApp}, {IDataset} or {IWorkerpool} that a view is about, with staticcall: it can change nothing.
abstract contract CatalogFacet is IFacet, ICatalog {
    /// @inheritdoc ICatalog
    function createCategory(
        string calldata name,
        string calldata description,
        uint256 workClockTimeRef
    ) external returns (uint256) {
        ownership().requireOwner();

        return settings().createCategory(name, description, workClockTimeRef);
    }

    /// @inheritdoc ICatalog
    function changeRegistries(address appRegistry, address datasetRegistry, address workerpoolRegistry) external {
        ownership().requireOwner();

        settings().registries.set(appRegistry, datasetRegistry, workerpoolRegistry);
    }

    /// @inheritdoc ICatalog
    function appregistry() external view returns (address) {
        return address(settings().registries.apps);
    }

    /// @inheritdoc ICatalog
    function datasetregistry() external view returns (address) {
        return address(settings().registries.datasets);
    }

    /// @inheritdoc ICatalog
    function workerpoolregistry() external view returns (address) {
        return address(settings().registries.workerpools());
    }

    /// @inheritdoc ICatalog
    function countCategory() external view returns (uint256 count) {
        return settings().categoryCount;
    }

    /// @inheritdoc ICatalog
    function viewCategory(uint256 id) external view returns (Category memory) {
        StoredCategory storage found = settings().category(id);
        return Category(found.name, found.description, found.workClockTimeRef);
    }

    /// @inheritdoc ICatalog
    function viewApp(address app) external view returns (AppInfo memory) {
        _checkRegistered(OrderKind.APP, settings().registries.apps, app);

        IApp asset = IApp(app);
        return
            AppInfo(
                asset.owner(),
                asset.m_appName(),
                asset.m_appType(),
                asset.m_appMultiaddr(),
                asset.m_appChecksum(),
                asset.m_appMREnclave()
            );
    }

    /// @inheritdoc ICatalog
    function viewDataset(address dataset) external view returns (DatasetInfo memory) {
        _checkRegistered(OrderKind.DATASET, settings().registries.datasets, dataset);

        IDataset asset = IDataset(dataset);
        return DatasetInfo(asset.owner(), asset.m_datasetName(), asset.m_datasetMultiaddr(), asset.m_datasetChecksum());
    }

    /// @inheritdoc ICatalog
    function viewWorkerpool(address workerpool) external view returns (WorkerpoolInfo memory) {
        _checkRegistered(OrderKind.WORKERPOOL, settings().registries.workerpools(), workerpool);

        IWorkerpool asset = IWorkerpool(workerpool);
        return
            WorkerpoolInfo(
                asset.owner(),
                asset.m_workerpoolDescription(),
                asset.m_workerStakeRatioPolicy(),
                asset.m_schedulerRewardRatioPolicy()
            );
    }

    /// @dev Reverts unless the asset is registered; without this a view of another address would fail without a reason.
    function _checkRegistered(OrderKind kind, IRegistry registry, address asset) private view {
        // Safe: a view of a registry that the owner chose.
        require(registry.isRegistered(asset), IMatching.NotRegistered(kind, asset));
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                ICatalog.createCategory.selector,
                ICatalog.changeRegistries.selector,
                ICatalog.appregistry.selector,
                ICatalog.datasetregistry.selector,
                ICatalog.workerpoolregistry.selector,
                ICatalog.countCategory.selector,
                ICatalog.viewCategory.selector,
                ICatalog.viewApp.selector,
                ICatalog.viewDataset.selector,
                ICatalog.viewWorkerpool.selector
            );
    }
}
