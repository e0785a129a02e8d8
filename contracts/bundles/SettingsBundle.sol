// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "../diamond/IFacet.sol";
import {CatalogFacet} from "../facets/CatalogFacet.sol";
import {PauseFacet} from "../facets/PauseFacet.sol";
import {SettingsFacet} from "../facets/SettingsFacet.sol";
import {Setup} from "../deploy/Setup.sol";

/// @title SettingsBundle
/// @dev The facets of the owner's settings, and the setup of a new hub.
contract SettingsBundle is CatalogFacet, PauseFacet, SettingsFacet, Setup {
    /// @inheritdoc IFacet
    function exportSelectors() public pure override(CatalogFacet, PauseFacet, SettingsFacet) returns (bytes memory) {
        return
            bytes.concat(CatalogFacet.exportSelectors(), PauseFacet.exportSelectors(), SettingsFacet.exportSelectors());
    }
}
