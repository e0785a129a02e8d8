// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Enumerable.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistrySupportsInterface_Unit_Test is RegistryFixture {
    function test_WhenTheInterfaceIsOneOfAnEnumerableCollection() external view {
        // It should be supported.
        assertTrue(apps.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        assertTrue(apps.supportsInterface(type(IERC721).interfaceId), "ERC-721");
        assertTrue(apps.supportsInterface(type(IERC721Metadata).interfaceId), "ERC-721 metadata");
        assertTrue(apps.supportsInterface(type(IERC721Enumerable).interfaceId), "ERC-721 enumerable");
    }

    function test_WhenTheInterfaceIsAnotherOne() external view {
        // It should not be supported.
        assertFalse(apps.supportsInterface(0xffffffff), "the invalid one");
        assertFalse(apps.supportsInterface(0x4e2312e0), "ERC-1155 receiver");
    }
}
