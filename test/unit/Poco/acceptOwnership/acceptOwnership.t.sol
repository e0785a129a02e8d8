// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";
import {IDiamondCut} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";

contract PocoAcceptOwnership_Unit_Test is HubFixture {
    address private invited = makeAddr("invited");

    function setUp() external {
        deploy(new address[](0));
        vm.prank(owner);
        diamond.transferOwnership(invited);
    }

    function testFuzz_RevertWhen_TheCallerWasNotInvited(address caller) external {
        vm.assume(caller != invited);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotThePendingOwner.selector, caller, invited));
        vm.prank(caller);
        diamond.acceptOwnership();
    }

    function test_WhenTheCallerWasInvited() external {
        // It should emit {OwnershipTransferred}.
        vm.expectEmit(address(diamond));
        emit IOwnership.OwnershipTransferred(owner, invited);
        vm.prank(invited);
        diamond.acceptOwnership();

        // It should make the caller the owner.
        assertEq(diamond.owner(), invited, "owner");
        assertEq(diamond.pendingOwner(), address(0), "pending owner");
        vm.prank(invited);
        diamond.diamondCut(new IDiamondCut.FacetCut[](0), address(0), "");
        // It should leave the previous owner without a say.
        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, owner, invited));
        vm.prank(owner);
        diamond.diamondCut(new IDiamondCut.FacetCut[](0), address(0), "");
    }
}
