// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract AssetTransferFrom_Unit_Test is RegistryFixture {
    uint256 internal tokenId;

    function setUp() public override {
        super.setUp();
        tokenId = idOf(workerpools.createWorkerpool(alice, "workerpool"));
    }

    function test_RevertGiven_TheTokenDoesNotExist() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, tokenId + 1));
        vm.prank(alice);
        workerpools.transferFrom(alice, bob, tokenId + 1);
    }

    function testFuzz_RevertWhen_TheCallerIsNeitherOwnerNorApproved(address caller) external {
        vm.assume(caller != alice && caller != address(0));

        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, caller, tokenId));
        vm.prank(caller);
        workerpools.transferFrom(alice, caller, tokenId);
    }

    function test_RevertWhen_TheSenderIsNotTheOwner() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721IncorrectOwner.selector, anyone, tokenId, alice));
        vm.prank(alice);
        workerpools.transferFrom(anyone, bob, tokenId);
    }

    function test_RevertWhen_TheReceiverIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        vm.prank(alice);
        workerpools.transferFrom(alice, address(0), tokenId);
    }

    function test_RevertWhen_TheCallerWasApprovedForAnEarlierOwner() external {
        vm.startPrank(alice);
        workerpools.approve(anyone, tokenId);
        workerpools.transferFrom(alice, bob, tokenId);
        vm.stopPrank();

        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, anyone, tokenId));
        vm.prank(anyone);
        workerpools.transferFrom(bob, anyone, tokenId);
    }

    function test_WhenTheCallerIsApprovedForTheToken() external {
        vm.prank(alice);
        workerpools.approve(anyone, tokenId);

        vm.prank(anyone);
        workerpools.transferFrom(alice, bob, tokenId);

        // It should move the token.
        assertEq(workerpools.ownerOf(tokenId), bob);
    }

    function test_WhenTheCallerIsAnOperatorOfTheOwner() external {
        vm.prank(alice);
        workerpools.setApprovalForAll(anyone, true);

        vm.prank(anyone);
        workerpools.transferFrom(alice, bob, tokenId);

        // It should move the token.
        assertEq(workerpools.ownerOf(tokenId), bob);
    }

    function test_WhenTheReceiverIsTheOwner() external {
        vm.prank(alice);
        workerpools.transferFrom(alice, alice, tokenId);

        // It should change nothing.
        assertEq(workerpools.ownerOf(tokenId), alice, "owner");
        assertEq(workerpools.balanceOf(alice), 1, "balance");
        assertEq(workerpools.tokenOfOwnerByIndex(alice, 0), tokenId, "owner's list");
    }

    /// @dev A workerpool's terms are its policy.
    function testFuzz_GivenTheTokenHasTerms(uint40 stake, uint8 reward) external {
        address moved = workerpools.createWorkerpool(alice, "takes its place");
        vm.prank(address(uint160(tokenId)));
        workerpools.setPolicy(stake, reward);
        vm.prank(moved);
        workerpools.setPolicy(70, 7);

        vm.prank(alice);
        workerpools.transferFrom(alice, bob, tokenId);

        // It should move them with the token.
        assertTerms(tokenId, bob, stake, reward);
        // It should leave those of the token that takes its place in the list.
        assertEq(workerpools.tokenOfOwnerByIndex(alice, 0), idOf(moved), "takes its place");
        assertTerms(idOf(moved), alice, 70, 7);
    }

    function test_WhenTheCallerIsTheOwner() external {
        vm.startPrank(alice);
        workerpools.approve(anyone, tokenId);

        // It should emit {Transfer}.
        vm.expectEmit(address(workerpools));
        emit IERC721.Transfer(alice, bob, tokenId);
        workerpools.transferFrom(alice, bob, tokenId);

        // It should move the token.
        assertEq(workerpools.ownerOf(tokenId), bob, "owner");
        // It should clear the approval.
        assertEq(workerpools.getApproved(tokenId), address(0), "approved");
        // It should change both balances.
        assertEq(workerpools.balanceOf(alice), 0, "balance of the sender");
        assertEq(workerpools.balanceOf(bob), 1, "balance of the receiver");
    }

    function assertTerms(uint256 id, address owner, uint256 stake, uint256 reward) private view {
        (address actualOwner, uint256 actualStake, uint256 actualReward) = workerpools.termsOf(address(uint160(id)));
        assertEq(actualOwner, owner, "owner");
        assertEq(actualStake, stake, "stake ratio");
        assertEq(actualReward, reward, "reward ratio");
    }
}
