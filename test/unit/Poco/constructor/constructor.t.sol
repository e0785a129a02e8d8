// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";
import {IDiamondCut} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IRouter} from "../../../../contracts/interfaces/IRouter.sol";

contract PocoConstructor_Unit_Test is HubFixture {
    function test_RevertWhen_TheOwnerIsZero() external {
        address[] memory facets = facetsOf(1);
        owner = address(0);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.OwnerIsZero.selector));
        deploy(facets);
    }

    function testFuzz_RevertWhen_AFacetHasNoCode(uint256 index) external {
        address[] memory facets = facetsOf(3);
        index = bound(index, 0, 2);
        facets[index] = makeAddr("nobody");

        vm.expectRevert(abi.encodeWithSelector(IRouter.FacetWithoutCode.selector, facets[index]));
        deploy(facets);
    }

    function testFuzz_RevertWhen_TwoFacetsServeTheSameFunction(bytes4 selector) external {
        vm.assume(!isImmutable(selector));
        address[] memory facets = new address[](2);
        facets[0] = facetThatServes("first", abi.encodePacked(selector));
        facets[1] = facetThatServes("second", abi.encodePacked(~selector, selector));
        vm.assume(!isImmutable(~selector));

        vm.expectRevert(abi.encodeWithSelector(IRouter.SelectorTaken.selector, selector, facets[0]));
        deploy(facets);
    }

    function testFuzz_RevertWhen_AFacetServesAFunctionOfTheDiamondItself(uint256 which) external {
        bytes4 selector = immutableSelectors()[bound(which, 0, 9)];
        address[] memory facets = new address[](1);
        facets[0] = facetThatServes("thief", abi.encodePacked(selector));
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));

        vm.expectRevert(abi.encodeWithSelector(IRouter.SelectorTaken.selector, selector, pinnedFacetOf(next)));
        deploy(facets);
    }

    function testFuzz_WhenTheFacetsGoTogether(uint256 count) external {
        address[] memory facets = facetsOf(bound(count, 0, 20));

        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        // It should emit {DiamondCut} with all that it adds.
        vm.expectEmit(next);
        emit IDiamondCut.DiamondCut(additionsOf(next, facets), address(0), "");
        // It should emit {OwnershipTransferred}.
        vm.expectEmit(next);
        emit IOwnership.OwnershipTransferred(address(0), owner);
        deploy(facets);
        assertEq(diamond.owner(), owner, "owner");
        assertEq(diamond.pendingOwner(), address(0), "pending owner");

        // It should serve what they say they serve.
        for (uint256 i; i < facets.length; ++i) {
            assertEq(diamond.facetAddress(selectorAt(2 * i)), facets[i], "first");
            assertEq(diamond.facetAddress(selectorAt(2 * i + 1)), facets[i], "second");
        }
        assertEq(diamond.facetAddresses().length, facets.length + 1, "facets");
        // It should serve upgrades by a facet of its own.
        bytes4[] memory own = immutableSelectors();
        for (uint256 i; i < own.length; ++i) {
            assertEq(diamond.facetAddress(own[i]), pinnedFacetOf(address(diamond)), "own");
        }
        assertEq(own[0], IDiamondCut.diamondCut.selector, "cut");
    }

    /// @dev What a hub at `hub` adds when it is made with `facets`, those of {facetsOf}.
    function additionsOf(
        address hub,
        address[] memory facets
    ) private pure returns (IDiamondCut.FacetCut[] memory cuts) {
        cuts = new IDiamondCut.FacetCut[](facets.length + 1);
        IDiamondCut.FacetCutAction add = IDiamondCut.FacetCutAction.Add;
        cuts[0] = IDiamondCut.FacetCut(pinnedFacetOf(hub), add, immutableSelectors());
        for (uint256 i; i < facets.length; ++i) {
            bytes4[] memory selectors = new bytes4[](2);
            (selectors[0], selectors[1]) = (selectorAt(2 * i), selectorAt(2 * i + 1));
            cuts[i + 1] = IDiamondCut.FacetCut(facets[i], add, selectors);
        }
    }
}
