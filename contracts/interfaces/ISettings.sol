// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {EIP712Domain} from "../types/Domain.sol";

/// @title ISettings
/// @notice The settings of the owner, and the constants of the protocol.
interface ISettings {
    /// @notice Emitted when the TEE broker changes. Zero means none: schedulers then authorize enclaves.
    event TeeBrokerChanged(address indexed previousBroker, address indexed newBroker);

    /// @notice Emitted when the gas of callbacks changes.
    event CallbackGasChanged(uint256 previousGas, uint256 newGas);

    /// @notice The gas of callbacks must be at most `max`: with more, a task with many contributors could not be
    /// finalized in one transaction.
    /// @custom:fix Pass at most `max`.
    error CallbackGasTooLarge(uint256 callbackGas, uint256 max);

    /// @notice The gas of callbacks must be at least `min`: with less, callbacks would fail and tasks complete without
    /// them.
    /// @custom:fix Pass at least `min`.
    error CallbackGasTooSmall(uint256 callbackGas, uint256 min);

    /// @notice The hub cannot be the TEE broker: it signs nothing, so no enclave would be authorized.
    /// @custom:fix Pass the account or the contract that authorizes enclaves, or zero.
    error TeeBrokerIsTheHub();

    /// @notice Sets the TEE broker, the account that authorizes enclaves instead of the schedulers; zero for none. It
    /// may be an account with a key or an ERC-1271 contract, but not the hub. Owner only.
    function setTeeBroker(address teeBroker) external;

    /// @notice Sets the gas of callbacks, from 50,000 to 5,000,000. Owner only.
    function setCallbackGas(uint256 callbackGas) external;

    /// @notice Does nothing. The domain separator is computed at every use, so it stays correct after a chain split.
    function updateDomainSeparator() external;

    /// @notice Returns the EIP-712 domain of orders.
    function domain() external view returns (EIP712Domain memory);

    /// @notice Returns the EIP-712 domain separator of orders.
    function eip712domain_separator() external view returns (bytes32);

    /// @notice Returns the RLC token, or zero where RLC is the chain's own coin.
    function token() external view returns (address);

    /// @notice Returns the TEE broker, the account that authorizes enclaves instead of the schedulers, or zero.
    function teebroker() external view returns (address);

    /// @notice Returns the gas of callbacks.
    function callbackgas() external view returns (uint256);

    /// @notice Returns the contribution deadline, in category times after the deal.
    function contribution_deadline_ratio() external pure returns (uint256);

    /// @notice Returns the reveal deadline, in category times after the consensus.
    function reveal_deadline_ratio() external pure returns (uint256);

    /// @notice Returns the final deadline, from which on tasks may be claimed, in category times after the deal.
    function final_deadline_ratio() external pure returns (uint256);

    /// @notice Returns the stake of a workerpool, in percent of its price.
    function workerpool_stake_ratio() external pure returns (uint256);

    /// @notice Returns the share of the kitty that a successful workerpool draws, in percent.
    function kitty_ratio() external pure returns (uint256);

    /// @notice Returns the least amount that it draws, in nRLC, if the kitty holds as much.
    function kitty_min() external pure returns (uint256);

    /// @notice Returns the account that holds the stakes of failed workerpools, frozen.
    function kitty_address() external pure returns (address);

    /// @notice Returns the ERC-734 purpose under which groups list their members.
    function groupmember_purpose() external pure returns (uint256);
}
