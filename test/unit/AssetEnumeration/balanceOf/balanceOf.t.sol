// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract AssetBalanceOf_Unit_Test is RegistryFixture {
    function test_RevertWhen_TheOwnerIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidOwner.selector, address(0)));
        workerpools.balanceOf(address(0));
    }

    function test_WhenTheOwnerIsNotZero() external {
        workerpools.createWorkerpool(alice, "one");
        workerpools.createWorkerpool(alice, "two");

        // It should count the owner's tokens.
        assertEq(workerpools.balanceOf(alice), 2, "an owner of two");
        assertEq(workerpools.balanceOf(bob), 0, "an owner of none");
    }
}
