// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "./IFacet.sol";
import {IRouter} from "../interfaces/IRouter.sol";

using RouterLib for Router global;

/// @dev Who serves a selector, and where it stands in that facet's list.
struct Route {
    // slot 0: 20 + 2
    address facet;
    uint16 position;
}

/// @dev The routing table. Lists exist for the loupe only; a call reads one slot.
/// @custom:storage-location erc7201:poco.storage.Router
struct Router {
    mapping(bytes4 selector => Route) routes;
    mapping(address facet => bytes4[]) selectors;
    address[] facets;
}

uint256 constant ROUTER_SLOT = erc7201("poco.storage.Router");

function router() pure returns (Router storage $) {
    uint256 slot = ROUTER_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title RouterLib
/// @dev Plugs facets in and out. What the diamond serves itself can be neither replaced nor removed.
library RouterLib {
    /// @dev Lets `facet` serve all that it says it serves.
    function plug(Router storage self, address facet) internal {
        require(facet.code.length > 0, IRouter.FacetWithoutCode(facet));
        // Safe: a view of a facet that the deployer named.
        bytes memory packed = IFacet(facet).exportSelectors();
        for (uint256 i; i < packed.length; i += 4) {
            self.add(facet, _selectorAt(packed, i));
        }
    }

    /// @dev Lets `facet` serve a selector that nobody serves.
    function add(Router storage self, address facet, bytes4 selector) internal {
        address current = self.routes[selector].facet;
        require(current == address(0), IRouter.SelectorTaken(selector, current));

        bytes4[] storage list = self.selectors[facet];
        if (list.length == 0) self.facets.push(facet);
        // Fits: a contract of 24,576 bytes has no room for 65,536 functions.
        self.routes[selector] = Route(facet, uint16(list.length));
        list.push(selector);
    }

    /// @dev Lets nobody serve a selector that somebody serves.
    function remove(Router storage self, bytes4 selector) internal {
        Route memory route = self.routes[selector];
        require(route.facet != address(0), IRouter.UnknownSelector(selector));
        require(route.facet != address(this), IRouter.SelectorIsImmutable(selector));

        bytes4[] storage list = self.selectors[route.facet];
        bytes4 last = list[list.length - 1];
        list[route.position] = last;
        self.routes[last].position = route.position;
        list.pop();
        delete self.routes[selector];
        if (list.length == 0) _forget(self, route.facet);
    }

    /// @dev Who serves the selector, or zero.
    function facetOf(Router storage self, bytes4 selector) internal view returns (address) {
        return self.routes[selector].facet;
    }

    function _forget(Router storage self, address facet) private {
        uint256 last = self.facets.length - 1;
        for (uint256 i; i < last; ++i) {
            if (self.facets[i] == facet) self.facets[i] = self.facets[last];
        }
        self.facets.pop();
    }

    function _selectorAt(bytes memory packed, uint256 offset) private pure returns (bytes4 selector) {
        // Safe: reads a word at an offset within `packed`; what lies beyond its end is cut off by the type.
        assembly ("memory-safe") {
            selector := mload(add(add(packed, 0x20), offset))
            selector := and(selector, shl(224, 0xffffffff))
        }
    }
}
