// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "./IFacet.sol";
import {IRouter} from "../interfaces/IRouter.sol";

using RouterLib for Router global;

/// @dev The facet that serves a selector, the position of the selector in the list of all, and whether it is pinned.
struct Route {
    // slot 0: 20 + 2 + 1
    address facet;
    uint16 position;
    bool pinned;
}

/// @dev The routing table. A call reads one slot. The list serves the loupe only, whose views compute the facets and
/// their selectors, since nobody pays gas for views.
/// @custom:storage-location erc7201:poco.storage.Router
struct Router {
    mapping(bytes4 selector => Route) routes;
    bytes4[] selectors;
}

uint256 constant ROUTER_SLOT = erc7201("poco.storage.Router");

function router() pure returns (Router storage $) {
    uint256 slot = ROUTER_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title RouterLib
/// @dev Changes of the routing table. A pinned selector can be neither replaced nor removed.
library RouterLib {
    /// @dev Routes all selectors that `facet` exports to it, and returns them.
    function addFacet(Router storage self, address facet) internal returns (bytes4[] memory) {
        return _addAll(self, facet, false);
    }

    /// @dev Routes all selectors that `facet` exports to it, pins them, and returns them.
    function pinFacet(Router storage self, address facet) internal returns (bytes4[] memory) {
        return _addAll(self, facet, true);
    }

    /// @dev Routes a selector that no facet serves to `facet`.
    function add(Router storage self, address facet, bytes4 selector) internal {
        _add(self, facet, selector, false);
    }

    /// @dev Routes a selector that another facet serves to `facet`.
    function replace(Router storage self, address facet, bytes4 selector) internal {
        Route storage route = self.routes[selector];
        _checkChangeable(route, selector);

        route.facet = facet;
    }

    /// @dev Removes a selector that a facet serves.
    function remove(Router storage self, bytes4 selector) internal {
        Route memory route = self.routes[selector];
        _checkChangeable(route, selector);

        bytes4[] storage list = self.selectors;
        bytes4 last = list[list.length - 1];
        list[route.position] = last;
        self.routes[last].position = route.position;
        list.pop();
        delete self.routes[selector];
    }

    /// @dev Returns all facets, in the order of their first selectors.
    function facetList(Router storage self) internal view returns (address[] memory list) {
        bytes4[] memory selectors = self.selectors;
        list = new address[](selectors.length);
        uint256 count;
        for (uint256 i; i < selectors.length; ++i) {
            address facet = self.routes[selectors[i]].facet;
            uint256 j;
            while (j < count && list[j] != facet) ++j;
            if (j == count) list[count++] = facet;
        }
        // Safe: this only shortens the array.
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @dev Returns the selectors that the facet serves.
    function selectorsOf(Router storage self, address facet) internal view returns (bytes4[] memory list) {
        bytes4[] memory selectors = self.selectors;
        list = new bytes4[](selectors.length);
        uint256 count;
        for (uint256 i; i < selectors.length; ++i) {
            if (self.routes[selectors[i]].facet == facet) list[count++] = selectors[i];
        }
        // Safe: this only shortens the array.
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @dev Returns the facet that serves the selector, or zero.
    function facetOf(Router storage self, bytes4 selector) internal view returns (address) {
        return self.routes[selector].facet;
    }

    function _addAll(Router storage self, address facet, bool pinned) private returns (bytes4[] memory selectors) {
        require(facet.code.length > 0, IRouter.FacetWithoutCode(facet));
        // Safe: a view of a facet that the deployer chose, or that the hub created.
        bytes memory packed = IFacet(facet).exportSelectors();
        selectors = new bytes4[](packed.length / 4);
        for (uint256 i; i < selectors.length; ++i) {
            selectors[i] = _selectorAt(packed, 4 * i);
            _add(self, facet, selectors[i], pinned);
        }
    }

    function _add(Router storage self, address facet, bytes4 selector, bool pinned) private {
        address current = self.routes[selector].facet;
        require(current == address(0), IRouter.SelectorTaken(selector, current));

        // This fits: 65,536 routes are more than a block has room for, and the hub has about a hundred.
        self.routes[selector] = Route(facet, uint16(self.selectors.length), pinned);
        self.selectors.push(selector);
    }

    /// @dev Passes when a facet serves the selector and it is not pinned.
    function _checkChangeable(Route memory route, bytes4 selector) private pure {
        require(route.facet != address(0), IRouter.UnknownSelector(selector));
        require(!route.pinned, IRouter.SelectorIsImmutable(selector));
    }

    function _selectorAt(bytes memory packed, uint256 offset) private pure returns (bytes4 selector) {
        // Safe: reads a word at an offset within `packed`; the mask removes bytes beyond its end.
        assembly ("memory-safe") {
            selector := mload(add(add(packed, 0x20), offset))
            selector := and(selector, shl(224, 0xffffffff))
        }
    }
}
