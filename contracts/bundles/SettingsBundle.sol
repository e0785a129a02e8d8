// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "../diamond/IFacet.sol";
import {CatalogFacet} from "../facets/CatalogFacet.sol";
import {PauseFacet} from "../facets/PauseFacet.sol";
import {SettingsFacet} from "../facets/SettingsFacet.sol";
import {Setup} from "../facets/Setup.sol";

/// @title SettingsBundle
/// @dev What the owner decides, from the first day on.
contract SettingsBundle is CatalogFacet, PauseFacet, SettingsFacet, Setup {
    /// @inheritdoc IFacet
    function exportSelectors() public pure override(CatalogFacet, PauseFacet, SettingsFacet) returns (bytes memory) {
        return
            bytes.concat(CatalogFacet.exportSelectors(), PauseFacet.exportSelectors(), SettingsFacet.exportSelectors());
    }
}
