// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "../diamond/IFacet.sol";
import {BoostFacet} from "../facets/BoostFacet.sol";
import {ConsensusFacet} from "../facets/ConsensusFacet.sol";
import {ContributionFacet} from "../facets/ContributionFacet.sol";
import {LegacyViewsFacet} from "../facets/LegacyViewsFacet.sol";
import {TaskFacet} from "../facets/TaskFacet.sol";

/// @title WorkBundle
/// @dev The facets of tasks, which read deals, check authorizations, pay and view.
contract WorkBundle is BoostFacet, ConsensusFacet, ContributionFacet, LegacyViewsFacet, TaskFacet {
    /// @inheritdoc IFacet
    function exportSelectors()
        public
        pure
        override(BoostFacet, ConsensusFacet, ContributionFacet, LegacyViewsFacet, TaskFacet)
        returns (bytes memory)
    {
        return
            bytes.concat(
                BoostFacet.exportSelectors(),
                ConsensusFacet.exportSelectors(),
                ContributionFacet.exportSelectors(),
                LegacyViewsFacet.exportSelectors(),
                TaskFacet.exportSelectors()
            );
    }
}
