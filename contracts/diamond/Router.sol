// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IFacet} from "./IFacet.sol";
import {IRouter} from "../interfaces/IRouter.sol";

using RouterLib for Router global;

/// @dev Who serves a selector, where it stands in the list of all, and whether that is for good.
struct Route {
    // slot 0: 20 + 2 + 1
    address facet;
    uint16 position;
    bool pinned;
}

/// @dev The routing table. The list exists for the loupe only, which nobody pays for: it works out who serves what. A
/// call reads one slot.
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
/// @dev Plugs facets in and out. What is pinned can be neither replaced nor removed.
library RouterLib {
    /// @dev Lets `facet` serve all that it says it serves, which is returned.
    function plug(Router storage self, address facet) internal returns (bytes4[] memory) {
        return _addAll(self, facet, false);
    }

    /// @dev Lets `facet` serve all that it says it serves, which is returned, for good.
    function pin(Router storage self, address facet) internal returns (bytes4[] memory) {
        return _addAll(self, facet, true);
    }

    /// @dev Lets `facet` serve a selector that nobody serves.
    function add(Router storage self, address facet, bytes4 selector) internal {
        _add(self, facet, selector, false);
    }

    /// @dev Lets `facet` serve a selector that somebody serves.
    function replace(Router storage self, address facet, bytes4 selector) internal {
        Route storage route = self.routes[selector];
        _checkLoose(route, selector);

        route.facet = facet;
    }

    /// @dev Lets nobody serve a selector that somebody serves.
    function remove(Router storage self, bytes4 selector) internal {
        Route memory route = self.routes[selector];
        _checkLoose(route, selector);

        bytes4[] storage list = self.selectors;
        bytes4 last = list[list.length - 1];
        list[route.position] = last;
        self.routes[last].position = route.position;
        list.pop();
        delete self.routes[selector];
    }

    /// @dev All facets, in the order of the first selector that each serves.
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
        // Safe: only shortens.
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @dev What a facet serves.
    function selectorsOf(Router storage self, address facet) internal view returns (bytes4[] memory list) {
        bytes4[] memory selectors = self.selectors;
        list = new bytes4[](selectors.length);
        uint256 count;
        for (uint256 i; i < selectors.length; ++i) {
            if (self.routes[selectors[i]].facet == facet) list[count++] = selectors[i];
        }
        // Safe: only shortens.
        assembly ("memory-safe") {
            mstore(list, count)
        }
    }

    /// @dev Who serves the selector, or zero.
    function facetOf(Router storage self, bytes4 selector) internal view returns (address) {
        return self.routes[selector].facet;
    }

    function _addAll(Router storage self, address facet, bool pinned) private returns (bytes4[] memory selectors) {
        require(facet.code.length > 0, IRouter.FacetWithoutCode(facet));
        // Safe: a view of a facet that the deployer named, or that the hub created.
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

        // Fits: 65,536 new routes are more than a block has room for, and a diamond has some hundred.
        self.routes[selector] = Route(facet, uint16(self.selectors.length), pinned);
        self.selectors.push(selector);
    }

    /// @dev Passes when the selector has a facet that can be unplugged.
    function _checkLoose(Route memory route, bytes4 selector) private pure {
        require(route.facet != address(0), IRouter.UnknownSelector(selector));
        require(!route.pinned, IRouter.SelectorIsImmutable(selector));
    }

    function _selectorAt(bytes memory packed, uint256 offset) private pure returns (bytes4 selector) {
        // Safe: reads a word at an offset within `packed`; what lies beyond its end is cut off by the type.
        assembly ("memory-safe") {
            selector := mload(add(add(packed, 0x20), offset))
            selector := and(selector, shl(224, 0xffffffff))
        }
    }
}
