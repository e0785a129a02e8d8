// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {settings, Settings} from "../core/Settings.sol";
import {ISetup} from "../interfaces/ISetup.sol";
import {Category} from "../types/Catalog.sol";

/// @title Setup
/// @dev The setup of a new hub, which its owner runs once through diamondCut. The settings are not arguments of the
/// hub's constructor, because the token differs from chain to chain and the address of the hub should not. No selector
/// is routed to it: it is not a facet.
abstract contract Setup is ISetup {
    /// @inheritdoc ISetup
    function run(Deployment calldata deployment) external {
        Settings storage config = settings();
        require(config.categoryCount == 0, AlreadySetUp(config.categoryCount));
        address token = deployment.token;
        require(token == address(0) || token.code.length > 0, TokenWithoutCode(token));

        config.token = token;
        config.name = deployment.name;
        config.symbol = deployment.symbol;
        config.registries.set(deployment.appRegistry, deployment.datasetRegistry, deployment.workerpoolRegistry);
        config.setCallbackGas(deployment.callbackGas);
        for (uint256 i; i < deployment.categories.length; ++i) {
            Category calldata category = deployment.categories[i];
            config.createCategory(category.name, category.description, category.workClockTimeRef);
        }
    }
}
