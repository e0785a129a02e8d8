// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";
import {IDiamondCut} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IRouter} from "../../../../contracts/interfaces/IRouter.sol";

contract PocoDiamondCut_Unit_Test is HubFixture {
    address private facet;
    address private other;
    address private init = makeAddr("init");

    function setUp() external {
        address[] memory facets = facetsOf(2);
        (facet, other) = (facets[0], facets[1]);
        deploy(facets);
        vm.etch(init, hex"00");
    }

    function expectRefusal(IDiamondCut.FacetCut[] memory cuts, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(owner);
        diamond.diamondCut(cuts, address(0), "");
    }

    /// @dev `Replace` or `Remove`, and the facet that goes with it.
    function replaceOrRemove(bool remove) private view returns (address, IDiamondCut.FacetCutAction) {
        return remove ? (address(0), IDiamondCut.FacetCutAction.Remove) : (facet, IDiamondCut.FacetCutAction.Replace);
    }

    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller, bytes4 selector) external {
        vm.assume(caller != owner);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner));
        vm.prank(caller);
        diamond.diamondCut(change(facet, IDiamondCut.FacetCutAction.Add, selector), address(0), "");
    }

    function testFuzz_RevertWhen_AChangeNamesNoSelectors(uint8 action) external {
        IDiamondCut.FacetCut[] memory cuts = new IDiamondCut.FacetCut[](1);
        cuts[0].facetAddress = facet;
        cuts[0].action = IDiamondCut.FacetCutAction(action % 3);

        expectRefusal(cuts, abi.encodeWithSelector(IRouter.NoSelectors.selector, facet));
    }

    function testFuzz_RevertWhen_AFacetHasNoCode(address nobody) external {
        vm.assume(nobody.code.length == 0);
        bytes memory reason = abi.encodeWithSelector(IRouter.FacetWithoutCode.selector, nobody);

        expectRefusal(change(nobody, IDiamondCut.FacetCutAction.Add, selectorAt(9)), reason);
        expectRefusal(change(nobody, IDiamondCut.FacetCutAction.Replace, selectorAt(0)), reason);
    }

    function test_RevertWhen_AFacetIsTheDiamondItself() external {
        bytes memory reason = abi.encodeWithSelector(IRouter.HubCannotBeFacet.selector);

        expectRefusal(change(address(diamond), IDiamondCut.FacetCutAction.Add, selectorAt(9)), reason);
        expectRefusal(change(address(diamond), IDiamondCut.FacetCutAction.Replace, selectorAt(0)), reason);
    }

    function testFuzz_RevertWhen_TheFacetOfARemovalIsNotZero(address wrong) external {
        vm.assume(wrong != address(0));

        expectRefusal(
            change(wrong, IDiamondCut.FacetCutAction.Remove, selectorAt(0)),
            abi.encodeWithSelector(IRouter.FacetMustBeZero.selector, wrong)
        );
    }

    function testFuzz_RevertWhen_AFunctionToAddIsServedAlready(uint256 which) external {
        bytes4 own = immutableSelectors()[bound(which, 0, 9)];

        expectRefusal(
            change(facet, IDiamondCut.FacetCutAction.Add, own),
            abi.encodeWithSelector(IRouter.SelectorTaken.selector, own, pinnedFacetOf(address(diamond)))
        );
        expectRefusal(
            change(facet, IDiamondCut.FacetCutAction.Add, selectorAt(2)),
            abi.encodeWithSelector(IRouter.SelectorTaken.selector, selectorAt(2), other)
        );
    }

    function testFuzz_RevertWhen_AFunctionToReplaceOrToRemoveIsServedByNobody(bytes4 selector, bool remove) external {
        vm.assume(diamond.facetAddress(selector) == address(0));
        (address by, IDiamondCut.FacetCutAction action) = replaceOrRemove(remove);

        expectRefusal(change(by, action, selector), abi.encodeWithSelector(IRouter.UnknownSelector.selector, selector));
    }

    function testFuzz_RevertWhen_AFunctionToReplaceOrToRemoveIsTheDiamondsOwn(uint256 which, bool remove) external {
        bytes4 own = immutableSelectors()[bound(which, 0, 9)];
        (address by, IDiamondCut.FacetCutAction action) = replaceOrRemove(remove);

        expectRefusal(change(by, action, own), abi.encodeWithSelector(IRouter.SelectorIsImmutable.selector, own));
    }

    function testFuzz_RevertWhen_WhatRunsAfterwardsHasNoCode(address nobody, bytes calldata data) external {
        vm.assume(nobody != address(0) && nobody.code.length == 0);

        vm.expectRevert(abi.encodeWithSelector(IRouter.InitWithoutCode.selector, nobody));
        vm.prank(owner);
        diamond.diamondCut(new IDiamondCut.FacetCut[](0), nobody, data);
    }

    function testFuzz_RevertWhen_WhatRunsAfterwardsFailsWithAReason(bytes calldata reason) external {
        vm.assume(reason.length > 0);
        // revert(0, calldatasize()), of what it was called with
        vm.etch(init, hex"365f5f37365ffd");

        vm.expectRevert(reason);
        vm.prank(owner);
        diamond.diamondCut(change(facet, IDiamondCut.FacetCutAction.Add, selectorAt(9)), init, reason);
        assertEq(diamond.facetAddress(selectorAt(9)), address(0), "cut undone");
    }

    function test_RevertWhen_WhatRunsAfterwardsFailsWithoutAReason() external {
        vm.etch(init, hex"5f5ffd");

        vm.expectRevert(abi.encodeWithSelector(IRouter.InitFailed.selector, init));
        vm.prank(owner);
        diamond.diamondCut(new IDiamondCut.FacetCut[](0), init, "data");
    }

    function testFuzz_WhenAFunctionIsAdded(bytes4 selector) external {
        vm.assume(diamond.facetAddress(selector) == address(0));
        IDiamondCut.FacetCut[] memory cuts = change(facet, IDiamondCut.FacetCutAction.Add, selector);

        // It should emit {DiamondCut}.
        vm.expectEmit(address(diamond));
        emit IDiamondCut.DiamondCut(cuts, address(0), "data");
        vm.prank(owner);
        diamond.diamondCut(cuts, address(0), "data");

        // It should be served.
        assertEq(diamond.facetAddress(selector), facet, "facet");
        assertEq(diamond.facetFunctionSelectors(facet)[2], selector, "selectors");
        (bool success, ) = address(diamond).call(abi.encodePacked(selector));
        assertTrue(success, "success");
    }

    function test_WhenAFunctionIsReplaced() external {
        cut(other, IDiamondCut.FacetCutAction.Replace, selectorAt(0));

        // It should be served by the other facet.
        assertEq(diamond.facetAddress(selectorAt(0)), other, "replaced");
        assertEq(diamond.facetAddress(selectorAt(1)), facet, "kept");
        assertEq(diamond.facetFunctionSelectors(facet).length, 1, "facet");
        assertEq(diamond.facetFunctionSelectors(other).length, 3, "other");
    }

    function test_WhenAFunctionIsRemoved() external {
        cut(address(0), IDiamondCut.FacetCutAction.Remove, selectorAt(0));

        // It should be served by nobody.
        assertEq(diamond.facetAddress(selectorAt(0)), address(0), "facet");
        (bool success, bytes memory answer) = address(diamond).call(abi.encodePacked(selectorAt(0)));
        assertFalse(success, "success");
        assertEq(answer, abi.encodeWithSelector(IRouter.UnknownSelector.selector, selectorAt(0)), "reason");
    }

    function testFuzz_WhenSomethingRunsAfterwards(bytes32 key, bytes32 value) external {
        // sstore(calldataload(0), calldataload(32))
        vm.etch(init, hex"6020355f355500");

        vm.prank(owner);
        diamond.diamondCut(new IDiamondCut.FacetCut[](0), init, abi.encode(key, value));

        // It should run in the context of the diamond.
        assertEq(vm.load(address(diamond), key), value, "diamond");
        assertEq(vm.load(init, key), 0, "init");
    }
}
