// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {EIP712Domain} from "../types/Domain.sol";

/// @title ISettings
/// @notice What the owner decides, and the constants of the protocol.
interface ISettings {
    /// @notice Emitted when another account authorises enclaves; zero stands for the schedulers.
    event TeeBrokerChanged(address indexed previousBroker, address indexed newBroker);

    /// @notice Emitted when callbacks are given another amount of gas.
    event CallbackGasChanged(uint256 previousGas, uint256 newGas);

    /// @notice With more gas for its callback a task with many contributors could not be finalized in one transaction.
    /// @custom:fix Pass at most `max`.
    error CallbackGasTooLarge(uint256 callbackGas, uint256 max);

    /// @notice With less gas no callback could do anything, and its task would be completed without it.
    /// @custom:fix Pass at least `min`.
    error CallbackGasTooSmall(uint256 callbackGas, uint256 min);

    /// @notice The hub signs nothing: no enclave would be authorised any more.
    /// @custom:fix Name the account or the contract that authorises enclaves, or zero.
    error TeeBrokerIsTheHub();

    /// @notice Names the account that authorises enclaves instead of the schedulers; zero for none. Any account but the
    /// hub: keys and contracts that speak ERC-1271 both do. Owner only.
    function setTeeBroker(address teeBroker) external;

    /// @notice Sets the gas that a callback is given, from 50,000 to 5,000,000. Owner only.
    function setCallbackGas(uint256 callbackGas) external;

    /// @notice Does nothing: the domain is derived whenever it is used, so it is right by itself after a chain splits.
    function updateDomainSeparator() external;

    /// @notice The EIP-712 domain of orders.
    function domain() external view returns (EIP712Domain memory);

    /// @notice The EIP-712 domain separator of orders.
    function eip712domain_separator() external view returns (bytes32);

    /// @notice The RLC token, or zero where RLC is the chain's own coin.
    function token() external view returns (address);

    /// @notice The account that authorises enclaves instead of the schedulers, or zero.
    function teebroker() external view returns (address);

    /// @notice The gas that a callback is given.
    function callbackgas() external view returns (uint256);

    /// @notice Contributions close this many category times after the deal.
    function contribution_deadline_ratio() external pure returns (uint256);

    /// @notice Reveals close this many category times after the consensus.
    function reveal_deadline_ratio() external pure returns (uint256);

    /// @notice Tasks may be claimed this many category times after the deal.
    function final_deadline_ratio() external pure returns (uint256);

    /// @notice What a workerpool stakes, in percent of its price.
    function workerpool_stake_ratio() external pure returns (uint256);

    /// @notice What a successful workerpool draws from the kitty, in percent of it.
    function kitty_ratio() external pure returns (uint256);

    /// @notice What it draws at least, in nRLC, while there is as much.
    function kitty_min() external pure returns (uint256);

    /// @notice The account that holds the stakes of failed workerpools, frozen.
    function kitty_address() external pure returns (address);

    /// @notice The ERC-734 purpose under which groups list their members.
    function groupmember_purpose() external pure returns (uint256);
}
