// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "../diamond/IFacet.sol";
import {NativeEscrowFacet} from "../facets/NativeEscrowFacet.sol";
import {StakedRlcFacet} from "../facets/StakedRlcFacet.sol";

/// @title NativeEscrowBundle
/// @dev The facets of the escrow where RLC is the native coin of the chain, which move balances.
contract NativeEscrowBundle is NativeEscrowFacet, StakedRlcFacet {
    /// @inheritdoc IFacet
    function exportSelectors() public pure override(NativeEscrowFacet, StakedRlcFacet) returns (bytes memory) {
        return bytes.concat(NativeEscrowFacet.exportSelectors(), StakedRlcFacet.exportSelectors());
    }
}
