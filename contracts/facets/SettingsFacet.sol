// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ownership} from "../core/Ownership.sol";
import {settings} from "../core/Settings.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {ISettings} from "../interfaces/ISettings.sol";
import {
    CONTRIBUTION_DEADLINE_RATIO,
    FINAL_DEADLINE_RATIO,
    GROUPMEMBER_PURPOSE,
    KITTY_ADDRESS,
    KITTY_MIN,
    KITTY_RATIO,
    REVEAL_DEADLINE_RATIO,
    WORKERPOOL_STAKE_RATIO
} from "../types/Constants.sol";
import {DOMAIN_NAME, DOMAIN_VERSION, domainSeparator, EIP712Domain} from "../types/Domain.sol";

/// @title SettingsFacet
abstract contract SettingsFacet is IFacet, ISettings {
    /// @inheritdoc ISettings
    function setTeeBroker(address teeBroker) external {
        ownership().requireOwner();

        settings().setTeeBroker(teeBroker);
    }

    /// @inheritdoc ISettings
    function setCallbackGas(uint256 callbackGas) external {
        ownership().requireOwner();

        settings().setCallbackGas(callbackGas);
    }

    /// @inheritdoc ISettings
    function updateDomainSeparator() external {}

    /// @inheritdoc ISettings
    function domain() external view returns (EIP712Domain memory) {
        return EIP712Domain(DOMAIN_NAME, DOMAIN_VERSION, block.chainid, address(this));
    }

    /// @inheritdoc ISettings
    function eip712domain_separator() external view returns (bytes32) {
        return domainSeparator(address(this));
    }

    /// @inheritdoc ISettings
    function token() external view returns (address) {
        return settings().token;
    }

    /// @inheritdoc ISettings
    function teebroker() external view returns (address) {
        return settings().teeBroker;
    }

    /// @inheritdoc ISettings
    function callbackgas() external view returns (uint256) {
        return settings().callbackGas;
    }

    /// @inheritdoc ISettings
    function contribution_deadline_ratio() external pure returns (uint256) {
        return CONTRIBUTION_DEADLINE_RATIO;
    }

    /// @inheritdoc ISettings
    function reveal_deadline_ratio() external pure returns (uint256) {
        return REVEAL_DEADLINE_RATIO;
    }

    /// @inheritdoc ISettings
    function final_deadline_ratio() external pure returns (uint256) {
        return FINAL_DEADLINE_RATIO;
    }

    /// @inheritdoc ISettings
    function workerpool_stake_ratio() external pure returns (uint256) {
        return WORKERPOOL_STAKE_RATIO;
    }

    /// @inheritdoc ISettings
    function kitty_ratio() external pure returns (uint256) {
        return KITTY_RATIO;
    }

    /// @inheritdoc ISettings
    function kitty_min() external pure returns (uint256) {
        return KITTY_MIN;
    }

    /// @inheritdoc ISettings
    function kitty_address() external pure returns (address) {
        return KITTY_ADDRESS;
    }

    /// @inheritdoc ISettings
    function groupmember_purpose() external pure returns (uint256) {
        return GROUPMEMBER_PURPOSE;
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                ISettings.setTeeBroker.selector,
                ISettings.setCallbackGas.selector,
                ISettings.updateDomainSeparator.selector,
                ISettings.domain.selector,
                ISettings.eip712domain_separator.selector,
                ISettings.token.selector,
                ISettings.teebroker.selector,
                ISettings.callbackgas.selector,
                ISettings.contribution_deadline_ratio.selector,
                ISettings.reveal_deadline_ratio.selector,
                ISettings.final_deadline_ratio.selector,
                ISettings.workerpool_stake_ratio.selector,
                ISettings.kitty_ratio.selector,
                ISettings.kitty_min.selector,
                ISettings.kitty_address.selector,
                ISettings.groupmember_purpose.selector
            );
    }
}
