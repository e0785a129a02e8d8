// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "../diamond/IFacet.sol";
import {EscrowFacet} from "../facets/EscrowFacet.sol";
import {StakedRlcFacet} from "../facets/StakedRlcFacet.sol";

/// @title EscrowBundle
/// @dev The facets of the escrow where RLC is a token, which move balances.
contract EscrowBundle is EscrowFacet, StakedRlcFacet {
    /// @inheritdoc IFacet
    function exportSelectors() public pure override(EscrowFacet, StakedRlcFacet) returns (bytes memory) {
        return bytes.concat(EscrowFacet.exportSelectors(), StakedRlcFacet.exportSelectors());
    }
}
