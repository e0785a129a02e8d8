// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract TokenURI_Unit_Test is RegistryFixture {
    function testFuzz_RevertGiven_TheTokenDoesNotExist(uint256 tokenId) external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, tokenId));
        apps.tokenURI(tokenId);
    }

    function test_GivenTheBaseURIIsEmpty() external {
        address app = apps.createApp(alice, "app", "DOCKER", "", bytes32(0), "");

        // It should be empty.
        assertEq(apps.tokenURI(idOf(app)), "");
    }

    function test_GivenTheBaseURIIsNotEmpty() external {
        address app = apps.createApp(alice, "app", "DOCKER", "", bytes32(0), "");
        vm.prank(registryOwner);
        apps.setBaseURI("https://example.com/app/");

        // It should be the base URI followed by the token id in decimal.
        assertEq(apps.tokenURI(idOf(app)), string.concat("https://example.com/app/", vm.toString(idOf(app))));
    }
}
