// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract TokenByIndex_Unit_Test is RegistryFixture {
    uint256 internal first;
    uint256 internal second;

    function setUp() public override {
        super.setUp();
        first = idOf(workerpools.createWorkerpool(alice, "one"));
        second = idOf(workerpools.createWorkerpool(bob, "two"));
    }

    function testFuzz_RevertWhen_TheIndexIsOutOfBounds(uint256 index) external {
        index = bound(index, 2, type(uint256).max);

        vm.expectRevert(abi.encodeWithSelector(ERC721Enumerable.ERC721OutOfBoundsIndex.selector, address(0), index));
        workerpools.tokenByIndex(index);
    }

    function test_WhenTheIndexIsWithinBounds() external view {
        assertEq(workerpools.totalSupply(), 2, "supply");
        // It should be the token in order of creation.
        assertEq(workerpools.tokenByIndex(0), first, "first");
        assertEq(workerpools.tokenByIndex(1), second, "second");
    }
}
