// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CodeStore} from "./core/CodeStore.sol";
import {ownership} from "./core/Ownership.sol";
import {UpgradeFacet} from "./diamond/UpgradeFacet.sol";
import {Router, router} from "./diamond/Router.sol";
import {IDiamondCut} from "./interfaces/external/IERC2535.sol";
import {IOwnership} from "./interfaces/IOwnership.sol";
import {IRouter} from "./interfaces/IRouter.sol";

/// @title Poco
/// @notice The hub: the one address that holds all state and all funds. Its functions are in its facets (ERC-2535).
contract Poco is IRouter {
    /// @param initialOwner The owner, who may upgrade and change settings.
    /// @param facets The first facets, besides {UpgradeFacet}. Each exports the functions that it serves.
    constructor(address initialOwner, address[] memory facets) {
        require(initialOwner != address(0), IOwnership.OwnerIsZero());

        Router storage table = router();
        IDiamondCut.FacetCut[] memory cuts = new IDiamondCut.FacetCut[](facets.length + 1);
        address diamond = address(new UpgradeFacet());
        cuts[0] = IDiamondCut.FacetCut(diamond, IDiamondCut.FacetCutAction.Add, table.pinFacet(diamond));
        for (uint256 i; i < facets.length; ++i) {
            cuts[i + 1] = IDiamondCut.FacetCut(facets[i], IDiamondCut.FacetCutAction.Add, table.addFacet(facets[i]));
        }
        emit IDiamondCut.DiamondCut(cuts, address(0), "");
        ownership().set(initialOwner);
    }

    /// @dev Receives a call without data: from the init code of a data contract, which asks for its code (see
    /// {CodeStore}), or a plain transfer of coins.
    receive() external payable {
        CodeStore.serve();
        _route();
    }

    /// @dev Receives every other call.
    fallback() external payable {
        _route();
    }

    /// @dev Forwards the call to the facet that serves it, in the context of the hub, and returns its answer.
    function _route() private {
        address facet = router().facetOf(msg.sig);
        require(facet != address(0), UnknownSelector(msg.sig));

        // Safe: facets are the hub's own code, chosen by the owner. No memory of this function is used afterwards.
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), facet, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(success) {
                revert(0, returndatasize())
            }
            return(0, returndatasize())
        }
    }
}
