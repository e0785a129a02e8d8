// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";
import {IDiamondCut, IDiamondLoupe} from "../../../../contracts/interfaces/external/IERC2535.sol";

contract PocoFacets_Unit_Test is HubFixture {
    uint256 private constant FACETS = 4;
    uint256 private constant SELECTORS = 10;

    address[] private pool;
    mapping(bytes4 selector => address) private model;

    function setUp() external {
        pool = facetsOf(FACETS);
        for (uint256 i; i < 2 * FACETS; ++i) {
            model[selectorAt(i)] = pool[i / 2];
        }
        deploy(pool);
    }

    function test_GivenTheHubAsItIsDeployed() external view {
        // It should list each function of each facet once.
        check();
        IDiamondLoupe.Facet[] memory all = diamond.facets();
        assertEq(all[0].facetAddress, pinnedFacetOf(address(diamond)), "diamond");
        assertEq(abi.encode(all[0].functionSelectors), abi.encode(immutableSelectors()), "own functions");
    }

    function testFuzz_WhenCutsFollowEachOther(uint256[12] calldata seeds) external {
        for (uint256 step; step < seeds.length; ++step) {
            // One to three changes at once.
            IDiamondCut.FacetCut[] memory cuts = new IDiamondCut.FacetCut[](1 + (seeds[step] % 3));
            for (uint256 i; i < cuts.length; ++i) {
                cuts[i] = next(uint256(keccak256(abi.encode(seeds[step], i))));
            }
            vm.prank(owner);
            diamond.diamondCut(cuts, address(0), "");
        }

        // It should list what a plain model of them lists.
        check();
    }

    function testFuzz_WhenAFacetLosesItsLastFunctionAndReturns(uint256 which) external {
        which = bound(which, 0, FACETS - 1);
        for (uint256 i = 2 * which; i < 2 * which + 2; ++i) {
            cut(address(0), IDiamondCut.FacetCutAction.Remove, selectorAt(i));
            delete model[selectorAt(i)];
        }

        // It should be gone and then be back.
        check();
        assertEq(diamond.facetAddresses().length, FACETS, "gone");
        cut(pool[which], IDiamondCut.FacetCutAction.Add, selectorAt(9));
        model[selectorAt(9)] = pool[which];
        check();
        assertEq(diamond.facetAddresses().length, FACETS + 1, "back");
    }

    /// @dev A change that is possible as the model stands, and made there at once.
    function next(uint256 seed) private returns (IDiamondCut.FacetCut memory) {
        bytes4 selector = selectorAt(seed % SELECTORS);
        address facet = pool[(seed >> 32) % FACETS];
        IDiamondCut.FacetCutAction action = IDiamondCut.FacetCutAction.Add;
        if (model[selector] != address(0)) {
            bool remove = (seed >> 64) % 2 == 0;
            action = remove ? IDiamondCut.FacetCutAction.Remove : IDiamondCut.FacetCutAction.Replace;
            if (remove) facet = address(0);
        }
        model[selector] = facet;
        return change(facet, action, selector)[0];
    }

    /// @dev All four views against the model.
    function check() private view {
        IDiamondLoupe.Facet[] memory all = diamond.facets();
        address[] memory addresses = diamond.facetAddresses();
        assertEq(addresses.length, all.length, "addresses");
        uint256 listed;
        for (uint256 i; i < all.length; ++i) {
            assertEq(addresses[i], all[i].facetAddress, "address");
            bytes4[] memory selectors = all[i].functionSelectors;
            assertTrue(selectors.length > 0, "a facet that serves nothing");
            assertEq(
                abi.encode(selectors),
                abi.encode(diamond.facetFunctionSelectors(addresses[i])),
                "facetFunctionSelectors"
            );
            if (i == 0) continue;
            listed += selectors.length;
            for (uint256 j; j < selectors.length; ++j) {
                assertEq(model[selectors[j]], addresses[i], "listed");
            }
        }

        uint256 served;
        for (uint256 i; i < SELECTORS; ++i) {
            bytes4 selector = selectorAt(i);
            assertEq(diamond.facetAddress(selector), model[selector], "facetAddress");
            if (model[selector] != address(0)) ++served;
        }
        // As many as there are and each of them right: none is listed twice.
        assertEq(listed, served, "listed once");
    }
}
