// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract AssetApprove_Unit_Test is RegistryFixture {
    uint256 internal tokenId;

    function setUp() public override {
        super.setUp();
        tokenId = idOf(datasets.createDataset(alice, "data", "", bytes32(0)));
    }

    function testFuzz_RevertWhen_TheCallerIsNeitherTheOwnerNorAnOperator(address caller) external {
        vm.assume(caller != alice && caller != address(0));

        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidApprover.selector, caller));
        vm.prank(caller);
        datasets.approve(caller, tokenId);
    }

    function test_RevertWhen_TheCallerIsApprovedForTheTokenAndNoMore() external {
        vm.prank(alice);
        datasets.approve(bob, tokenId);

        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidApprover.selector, bob));
        vm.prank(bob);
        datasets.approve(anyone, tokenId);
    }

    function test_WhenTheCallerIsAnOperatorOfTheOwner() external {
        vm.prank(alice);
        datasets.setApprovalForAll(bob, true);

        vm.prank(bob);
        datasets.approve(anyone, tokenId);

        // It should approve the account.
        assertEq(datasets.getApproved(tokenId), anyone, "approved");
    }

    function testFuzz_WhenTheCallerIsTheOwner(address account) external {
        // It should emit {Approval}.
        vm.expectEmit(address(datasets));
        emit IERC721.Approval(alice, account, tokenId);
        vm.prank(alice);
        datasets.approve(account, tokenId);

        // It should approve the account.
        assertEq(datasets.getApproved(tokenId), account, "approved");
    }
}
