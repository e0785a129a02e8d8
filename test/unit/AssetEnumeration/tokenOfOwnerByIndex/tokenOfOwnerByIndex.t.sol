// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract TokenOfOwnerByIndex_Unit_Test is RegistryFixture {
    uint256 internal first;
    uint256 internal second;

    function setUp() public override {
        super.setUp();
        first = idOf(workerpools.createWorkerpool(alice, "one"));
        workerpools.createWorkerpool(bob, "another's");
        second = idOf(workerpools.createWorkerpool(alice, "two"));
    }

    function test_RevertWhen_TheOwnerIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidOwner.selector, address(0)));
        workerpools.tokenOfOwnerByIndex(address(0), 0);
    }

    function testFuzz_RevertWhen_TheIndexIsOutOfBounds(uint256 index) external {
        index = bound(index, 2, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(ERC721Enumerable.ERC721OutOfBoundsIndex.selector, alice, index));
        workerpools.tokenOfOwnerByIndex(alice, index);
    }

    function test_WhenTheIndexIsWithinBounds() external view {
        // It should be one of the owner's tokens.
        assertEq(workerpools.tokenOfOwnerByIndex(alice, 0), first, "first");
        assertEq(workerpools.tokenOfOwnerByIndex(alice, 1), second, "second");
    }
}
