// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IApp} from "../../../../contracts/interfaces/IApp.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryEntryOwner_Unit_Test is RegistryFixture {
    function test_GivenTheContractIsAnAsset() external {
        address app = apps.createApp(alice, "app", "DOCKER", "", bytes32(0), "");

        // It should be who holds its token.
        assertEq(IApp(app).owner(), alice, "at first");
        vm.prank(alice);
        apps.transferFrom(alice, bob, idOf(app));
        assertEq(IApp(app).owner(), bob, "after a transfer");
    }

    function test_RevertGiven_TheContractIsWhatAssetsAreClonesOf() external {
        IApp implementation = IApp(deployCode("App.sol:App", abi.encode(apps)));

        uint256 tokenId = idOf(address(implementation));
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, tokenId));
        implementation.owner();
    }
}
