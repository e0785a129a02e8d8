// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {HubFixture} from "../../../fixtures/HubFixture.sol";

contract PocoSupportsInterface_Unit_Test is HubFixture {
    function setUp() external {
        deploy(new address[](0));
    }

    function test_WhenTheInterfaceIsOneOfADiamondWithAnOwner() external view {
        // It should be true.
        assertTrue(diamond.supportsInterface(0x01ffc9a7), "ERC-165");
        assertTrue(diamond.supportsInterface(0x1f931c1c), "cut");
        assertTrue(diamond.supportsInterface(0x48e2b093), "loupe");
        assertTrue(diamond.supportsInterface(0x7f5828d0), "ERC-173");
    }

    function testFuzz_WhenTheInterfaceIsAnother(bytes4 id) external view {
        vm.assume(id != 0x01ffc9a7 && id != 0x1f931c1c && id != 0x48e2b093 && id != 0x7f5828d0);

        // It should be false.
        assertFalse(diamond.supportsInterface(id), "any");
        assertFalse(diamond.supportsInterface(0xffffffff), "ERC-165 says so");
        assertFalse(diamond.supportsInterface(0x36372b07), "ERC-20");
    }
}
