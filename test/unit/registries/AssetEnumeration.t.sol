// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {RegistryFixture} from "../../fixtures/RegistryFixture.sol";

/// @dev Random creations and transfers, against a model that keeps the tokens in order of creation with their owners.
contract AssetEnumeration_Test is RegistryFixture {
    uint256 internal constant OWNERS = 3;

    uint256[] internal tokens;
    mapping(uint256 tokenId => address owner) internal ownerOf;
    mapping(uint256 tokenId => bool) internal seen;

    function ownerAt(uint256 seed) internal pure returns (address) {
        return address(uint160(0xa11ce + (seed % OWNERS)));
    }

    function create(uint256 seed) internal {
        address owner = ownerAt(seed);
        uint256 tokenId = idOf(workerpools.createWorkerpool(owner, vm.toString(tokens.length)));
        tokens.push(tokenId);
        ownerOf[tokenId] = owner;
    }

    function transfer(uint256 seed) internal {
        uint256 tokenId = tokens[seed % tokens.length];
        address to = ownerAt(seed >> 128);
        vm.prank(ownerOf[tokenId]);
        workerpools.transferFrom(ownerOf[tokenId], to, tokenId);
        ownerOf[tokenId] = to;
    }

    function assertModel() internal {
        assertEq(workerpools.totalSupply(), tokens.length, "supply");
        for (uint256 i; i < tokens.length; ++i) {
            assertEq(workerpools.tokenByIndex(i), tokens[i], "global order");
            assertEq(workerpools.ownerOf(tokens[i]), ownerOf[tokens[i]], "owner");
        }

        // Every listed token is its owner's and listed once; as many are listed as exist, so none is missing.
        uint256 listed;
        for (uint256 i; i < OWNERS; ++i) {
            uint256 balance = workerpools.balanceOf(ownerAt(i));
            for (uint256 j; j < balance; ++j) {
                uint256 tokenId = workerpools.tokenOfOwnerByIndex(ownerAt(i), j);
                assertEq(ownerOf[tokenId], ownerAt(i), "owner of a listed token");
                assertFalse(seen[tokenId], "listed twice");
                seen[tokenId] = true;
            }
            listed += balance;
        }
        assertEq(listed, tokens.length, "listed tokens");
    }

    function testFuzz_AnyCreationsAndTransfers(uint256[24] calldata seeds) external {
        create(seeds[0]);
        for (uint256 i = 1; i < seeds.length; ++i) {
            seeds[i] & (1 << 64) == 0 ? create(seeds[i]) : transfer(seeds[i]);
        }

        assertModel();
    }
}
