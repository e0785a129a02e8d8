// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CodeStore} from "./core/CodeStore.sol";
import {ownership} from "./core/Ownership.sol";
import {Diamond} from "./diamond/Diamond.sol";
import {Router, router} from "./diamond/Router.sol";
import {IDiamondCut} from "./interfaces/external/IERC2535.sol";
import {IOwnership} from "./interfaces/IOwnership.sol";
import {IRouter} from "./interfaces/IRouter.sol";

/// @title Poco
/// @notice The hub: the one address that holds all state and money. What it can do is in its facets (ERC-2535).
contract Poco is IRouter {
    /// @param initialOwner Who may upgrade and change settings.
    /// @param facets What is served from the start, besides {Diamond}. Each facet says itself which functions.
    constructor(address initialOwner, address[] memory facets) {
        require(initialOwner != address(0), IOwnership.OwnerIsZero());

        Router storage table = router();
        IDiamondCut.FacetCut[] memory cuts = new IDiamondCut.FacetCut[](facets.length + 1);
        address diamond = address(new Diamond());
        cuts[0] = IDiamondCut.FacetCut(diamond, IDiamondCut.FacetCutAction.Add, table.pin(diamond));
        for (uint256 i; i < facets.length; ++i) {
            cuts[i + 1] = IDiamondCut.FacetCut(facets[i], IDiamondCut.FacetCutAction.Add, table.plug(facets[i]));
        }
        emit IDiamondCut.DiamondCut(cuts, address(0), "");
        ownership().set(initialOwner);
    }

    /// @dev A call without data: the init code of a data contract asking for its code (see {CodeStore}), or a plain
    /// transfer of coins.
    receive() external payable {
        CodeStore.serve();
        _route();
    }

    /// @dev Every other call.
    fallback() external payable {
        _route();
    }

    /// @dev Hands the call to the facet that serves it, in the context of the hub, and ends with its answer.
    function _route() private {
        address facet = router().facetOf(msg.sig);
        require(facet != address(0), UnknownSelector(msg.sig));

        // Safe: facets are the hub's own code, chosen by the owner. Memory is all theirs from here on.
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
