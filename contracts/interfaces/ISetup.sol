// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Category} from "../types/Accounts.sol";

/// @title ISetup
/// @notice What is decided once, at deployment.
interface ISetup {
    /// @notice The settings of a new hub. Token zero: RLC is the chain's own coin. Callback gas in gas.
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

    /// @notice The hub was set up before and has categories.
    /// @custom:fix Use the setters of the hub: it is set up.
    error AlreadySetUp(uint256 categories);

    /// @notice The RLC token must be a contract, or zero where RLC is the chain's own coin.
    /// @custom:fix Check the address of the token and the network.
    error TokenWithoutCode(address token);

    /// @notice Writes the settings. Runs in the context of the hub, which only its owner can bring about.
    function run(Deployment calldata deployment) external;
}
