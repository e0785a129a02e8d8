// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {Category} from "../types/Catalog.sol";

/// @title ISetup
/// @notice The setup of a new hub, once, at deployment.
interface ISetup {
    /// @notice The settings of a new hub. A token of zero means that RLC is the native coin of the chain.
    struct Deployment {
        address token;
        string name;
        string symbol;
        address appRegistry;
        address datasetRegistry;
        address workerpoolRegistry;
        uint256 callbackGas;
        Category[] categories;
    }

    /// @notice The hub has been set up and has categories.
    /// @custom:fix Change settings with the setters of the hub.
    error AlreadySetUp(uint256 categories);

    /// @notice The RLC token has no code. It must be a contract, or zero where RLC is the native coin of the chain.
    /// @custom:fix Check the address of the token and the network.
    error TokenWithoutCode(address token);

    /// @notice Writes the settings. Runs by delegatecall from the hub's `diamondCut`, which only the owner can call.
    function run(Deployment calldata deployment) external;
}
