// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ownership} from "../core/Ownership.sol";
import {Settings, settings} from "../core/Settings.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {IPause} from "../interfaces/IPause.sol";

/// @title PauseFacet
abstract contract PauseFacet is IFacet, IPause {
    /// @inheritdoc IPause
    function pause() external {
        Settings storage config = settings();
        if (msg.sender != config.guardian) {
            address owner = ownership().owner;
            require(msg.sender == owner, CallerMayNotPause(msg.sender, config.guardian, owner));
        }

        config.setPaused(true);
    }

    /// @inheritdoc IPause
    function unpause() external {
        ownership().requireOwner();

        settings().setPaused(false);
    }

    /// @inheritdoc IPause
    function setGuardian(address newGuardian) external {
        ownership().requireOwner();

        settings().setGuardian(newGuardian);
    }

    /// @inheritdoc IPause
    function paused() external view returns (bool) {
        return settings().depositsPaused;
    }

    /// @inheritdoc IPause
    function guardian() external view returns (address) {
        return settings().guardian;
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                IPause.pause.selector,
                IPause.unpause.selector,
                IPause.setGuardian.selector,
                IPause.paused.selector,
                IPause.guardian.selector
            );
    }
}
